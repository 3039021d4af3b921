#include "adapters/simulator/ward.h"

#include <algorithm>
#include <map>
#include <set>

#include "tests/adapters/simulator/requests.h"

namespace ward_test {

using adapters::simulator::Simulator;
using test::get;
using test::Hospital;
using test::options;

namespace {

/// Every resource of the simulator as text, page by page.
std::string everything(Simulator& simulator) {
    std::string all;
    for (const char* type : {"Patient", "RelatedPerson", "Encounter", "Observation", "Location",
                             "Organization", "Flag"}) {
        std::string target = std::string("/") + type + "?_count=200";
        while (!target.empty()) {
            const auto document = fhir::json::Document::parse(get(simulator, target).body);
            const auto bundle = fhir::Bundle::fromJson(document.root());
            for (const auto& entry : bundle.entry) all += entry.resource.toJson() + "\n";
            target = bundle.next.value_or("");
            if (!target.empty()) target.erase(0, std::string("http://ehr.example/fhir").size());
        }
    }
    return all;
}

fhir::Instant at(const char* time) {
    return fhir::DateTime::parse(time).earliest();
}

std::vector<std::string> idsOf(const adapters::Worklist& worklist) {
    std::vector<std::string> ids;
    for (const auto& stay : worklist.stays) ids.push_back(stay.patient.id);
    return ids;
}

}  // namespace

TEST_CASE("ward: the same seed gives the same ward on the same day", "[simulator]") {
    Simulator morning(options(24, 7, at("2026-03-10T00:00:01Z")));
    Simulator evening(options(24, 7, at("2026-03-10T23:59:59Z")));
    Simulator other(options(24, 8, at("2026-03-10T00:00:01Z")));
    Simulator tomorrow(options(24, 7, at("2026-03-11T00:00:01Z")));

    const auto ward = everything(morning);

    CHECK(ward.size() > 50'000);
    CHECK(everything(evening) == ward);
    CHECK(everything(other) != ward);
    CHECK(everything(tomorrow) != ward);
}

TEST_CASE("ward: it is as large as asked for, in wards of at most 40", "[simulator]") {
    const auto [patients, onWard, units] = GENERATE(table<int, std::size_t, int>(
        {{1, 1, 1}, {24, 24, 1}, {40, 40, 1}, {41, 40, 2}, {300, 40, 8}}));
    Hospital hospital(patients);

    CHECK(hospital.worklist().stays.size() == onWard);
    std::size_t all = 0;
    for (int unit = 7; unit < 7 + units; ++unit) {
        const auto worklist = hospital.adapter().worklist(
            {.source = "encounter-search", .location = "Location/ward-" + std::to_string(unit)});
        CHECK(test::texts(worklist.problems) == "");
        all += worklist.stays.size();
    }
    CHECK(all == static_cast<std::size_t>(patients));
}

TEST_CASE("ward: a large hospital has a ward for every 40 patients", "[simulator]") {
    Simulator simulator(options(1201));

    CHECK(get(simulator, "/Patient?_count=0").body.find("\"total\":1204") != std::string::npos);
    CHECK(get(simulator, "/Location?_id=ward-37").body.find("\"total\":1") != std::string::npos);
    CHECK(get(simulator, "/Location?_id=ward-38").body.find("\"total\":0") != std::string::npos);
}

TEST_CASE("ward: those who left, moved on or are yet to come do not show", "[simulator]") {
    Hospital hospital;
    const auto ids = idsOf(hospital.worklist());

    for (const char* elsewhere : {"patient-9001", "patient-9002", "patient-9003"}) {
        CHECK(std::find(ids.begin(), ids.end(), elsewhere) == ids.end());
        CHECK(get(hospital.simulator, std::string("/Encounter?patient=") + elsewhere)
                  .body.find("ward-7-bed") != std::string::npos);  // and yet their charts name it
    }
}

TEST_CASE("ward: nothing lies after today began, and what was said was recorded after",
          "[simulator]") {
    Hospital hospital;
    std::vector<std::string> ids;
    for (const auto& stay : hospital.worklist().stays) {
        ids.push_back(stay.patient.id);
        CHECK(stay.encounter.period->start->latest() < at("2026-03-10"));
        CHECK(stay.patient.birthDate->earliest() <= stay.encounter.period->start->latest());
    }
    for (const auto& one : hospital.adapter().statements(ids).observations) {
        CHECK(one.effectiveDateTime->latest() < one.issued->latest());
        CHECK(one.issued->latest() < at("2026-03-10"));
        CHECK(one.meta->lastUpdated == one.issued->text());
    }
}

TEST_CASE("ward: many languages, each with words that say theirs", "[simulator]") {
    Hospital hospital;
    std::set<std::string> languages;
    int words = 0;
    for (const auto& one : hospital.adapter().statements(idsOf(hospital.worklist())).observations) {
        CHECK(one.valueString.has_value() == one.language.has_value());
        CHECK(one.valueString.has_value() != one.dataAbsentReason.has_value());
        if (one.language) languages.insert(*one.language);
        if (one.valueString) ++words;
    }
    CHECK(words == 39);
    CHECK(languages.size() >= 20);
}

TEST_CASE("ward: the states from which freshness is told are there", "[simulator]") {
    Hospital hospital;
    std::map<std::string, const adapters::Stay*> stays;
    const auto worklist = hospital.worklist();
    for (const auto& stay : worklist.stays) stays[stay.patient.id] = &stay;
    std::map<std::string, fhir::Observation> said;
    for (const auto& one : hospital.adapter().statements(idsOf(worklist)).observations)
        said.emplace(one.id, one);
    const auto moment = [&](const char* id) { return said.at(id).effectiveDateTime->earliest(); };
    const auto admitted = [&](const char* id) {
        return stays.at(id)->encounter.period->start->earliest();
    };
    const auto days = [](int n) { return std::chrono::hours(24 * n); };

    CHECK(test::kNow - moment("said-1-1") < days(7));  // fresh
    CHECK(moment("said-1-1") > admitted("patient-1"));
    CHECK(test::kNow - moment("said-2-1") > days(150));  // ageing within a long stay
    CHECK(moment("said-2-1") > admitted("patient-2"));
    CHECK(test::kNow - moment("said-11-2") > days(365));  // about-me, ageing
    CHECK(moment("said-11-2") > admitted("patient-11"));
    const auto& moved = stays.at("patient-3")->arrived;
    CHECK(moment("said-3-1") > admitted("patient-3"));  // check: before the move
    CHECK(moment("said-3-1") < moved->earliest());
    CHECK(moment("said-14-1") < admitted("patient-14"));       // check: before this stay
    CHECK(moment("said-4-2") - moment("said-4-1") < days(1));  // doubted
    CHECK(said.at("said-4-2").performer[0].reference == "RelatedPerson/patient-4-relative-1");
    CHECK(said.at("said-4-1").performer[0].reference == "Patient/patient-4");
    CHECK(said.at("said-5-1").dataAbsentReason->coding[0].code == "asked-declined");
    CHECK(stays.count("patient-6") == 1);  // unasked
    CHECK(std::none_of(said.begin(), said.end(), [](const auto& one) {
        return one.second.subject->reference == "Patient/patient-6";
    }));
    CHECK(said.at("said-10-1").status == "entered-in-error");
    CHECK(said.at("said-19-2").meta->security.size() == 2);  // kept to the care team
    CHECK(stays.at("patient-20")->encounter.status == "onleave");
}

TEST_CASE("ward: ages from a newborn to 101, and a name alone", "[simulator]") {
    Hospital hospital;
    const auto born = [&](const char* id) {
        return hospital.adapter().patient(id).birthDate->text();
    };

    CHECK_THAT(born("patient-23"), Catch::StartsWith("2026-03-"));
    CHECK_THAT(born("patient-12"), Catch::StartsWith("1924-") || Catch::StartsWith("1925-") ||
                                       Catch::StartsWith("1923-"));
    const auto single = hospital.adapter().patient("patient-15");
    CHECK(single.name.at(0).family == std::nullopt);
    CHECK(fhir::displayName(single.name, test::kNow) == "சந்திரகலா");
    CHECK(fhir::displayName(hospital.adapter().patient("patient-13").name, test::kNow) == "陳美玲");
}

TEST_CASE("ward: its summary names what is there", "[simulator]") {
    Simulator simulator(options(1));
    const auto ward = simulator.ward();

    CHECK(ward.location == "Location/ward-7");
    CHECK(get(simulator, "/" + ward.location).status == 200);
    CHECK(get(simulator, "/" + ward.teamSubject).body.find(ward.teamName) != std::string::npos);
}

TEST_CASE("ward: a statement has the codes and marks of the design", "[simulator]") {
    Hospital hospital;
    const auto document = hospital.adapter().client().read("Observation", "said-8-1");
    const auto one = fhir::Observation::fromJson(document.root());

    CHECK(one.code.has("http://loinc.org", "95541-9"));
    CHECK(one.code.has("http://loinc.org", "81363-4"));
    CHECK(one.code.has("https://whatmatters.example/fhir/CodeSystem/aspect", "about-me"));
    CHECK(one.hasCategory("http://terminology.hl7.org/CodeSystem/observation-category", "survey"));
    CHECK(one.identifier.at(0).system == "urn:ietf:rfc:3986");
    CHECK_THAT(*one.identifier.at(0).value, Catch::StartsWith("urn:uuid:"));
    CHECK(one.performer.at(0).display == "Petra Mühlenbeck");
    CHECK(one.method->text == "in person");
    CHECK(one.note.size() == 1);
    CHECK(one.encounter->reference == "Encounter/stay-8");
}

}  // namespace ward_test
