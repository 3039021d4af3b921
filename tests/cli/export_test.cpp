#include <set>

#include "fhir/r4/bundle.h"
#include "fhir/r4/observation.h"
#include "fhir/r4/provenance.h"
#include "tests/cli/command_line.h"

namespace export_test {

using test::at;
using test::has;

namespace {

test::Outcome exported(const test::Site& site, const std::string& patient = "patient-1") {
    return site.run({"export", "--connection", "general", "--patient", patient});
}

/// "status words" of each Observation of the Bundle.
std::multiset<std::string> saidIn(const std::string& bundle) {
    const auto document = fhir::json::Document::parse(bundle);
    std::multiset<std::string> all;
    for (const auto& entry : fhir::Bundle::fromJson(document.root()).entry) {
        if (entry.resourceType != fhir::Observation::resourceType) continue;
        const auto observation = fhir::Observation::fromJson(entry.resource);
        all.insert(observation.status + " " +
                   entry.resource.findString("valueString").value_or(""));
    }
    return all;
}

}  // namespace

TEST_CASE("export: the whole history is one Bundle, each statement once, wherever it is", "[cli]") {
    test::Ehr ehr(1);
    const test::Site site(ehr.base());
    const test::Site companion(ehr.base(), R"(, "write": {"routes": ["companion"]})");
    const auto before = saidIn(exported(site).out);
    REQUIRE(site.push("I want to be at home").exit == 0);
    REQUIRE(site.push("Only for my nurses", {"--keep"}).exit == 0);

    const auto outcome = exported(site);

    INFO(outcome.out << outcome.err);
    CHECK(outcome.exit == 0);
    CHECK(at(outcome.out, "/resourceType") == "Bundle");
    CHECK(at(outcome.out, "/type") == "collection");
    CHECK(at(outcome.out, "/timestamp").starts_with("20"));
    const auto said = saidIn(outcome.out);
    CHECK(said.size() == before.size() + 2);
    CHECK(said.count("final I want to be at home") == 1);
    CHECK(said.count("final Only for my nurses") == 1);
    CHECK(has(outcome.out, "CTCOMPT"));  // labelled as kept to the team

    REQUIRE(companion.push("Kept here").exit == 0);
    CHECK(saidIn(exported(companion).out).count("final Kept here") == 1);
}

TEST_CASE("export: who typed a statement here stands beside who said it", "[cli]") {
    test::Ehr ehr(1);
    const test::Site site(ehr.base());
    REQUIRE(site.push("I want to be at home", {"--id", test::kUuid}).exit == 0);

    const auto outcome = exported(site);

    const auto document = fhir::json::Document::parse(outcome.out);
    int provenances = 0;
    for (const auto& entry : fhir::Bundle::fromJson(document.root()).entry) {
        if (entry.resourceType != fhir::Provenance::resourceType) continue;
        ++provenances;
        const auto provenance = fhir::Provenance::fromJson(entry.resource);
        CHECK(provenance.target.front().reference == std::string("urn:uuid:") + test::kUuid);
        REQUIRE(provenance.agent.size() == 2);
        CHECK(provenance.agent.front().who.reference == "Patient/patient-1");
        CHECK(provenance.agent.back().who.display.value_or("") != "");
    }
    CHECK(provenances == 1);  // of what others wrote we do not know
}

TEST_CASE("export: what others wrote is handed out as the EHR holds it", "[cli]") {
    test::Ehr ehr(1);
    const test::Site site(ehr.base());
    const auto written = ehr.post(
        "/Observation",
        R"({"resourceType":"Observation","status":"amended","category":[{"coding":[{"system":)"
        R"("http://hl7.org/fhir/us/core/CodeSystem/us-core-category",)"
        R"("code":"care-experience-preference"}]}],"code":{"coding":[{"system":)"
        R"("https://hospital.example/codes","code":"pref"}],"text":"Preference"},)"
        R"("extension":[{"url":"https://hospital.example/x","valueDecimal":1.50}],)"
        R"("identifier":[{"system":"urn:ietf:rfc:3986",)"
        R"("value":"urn:uuid:9d0f6c52-0c7e-4f1c-9d55-7f4f3f9f2a99"}],)"
        R"("subject":{"reference":"Patient/patient-1","display":"Somebody"},)"
        R"("effectivePeriod":{"start":"2026-01-01","end":"2026-01-02"},)"
        R"("performer":[{"reference":"Practitioner/practitioner-1"}],)"
        R"("method":{"coding":[{"system":"https://hospital.example/codes","code":"asked"}]},)"
        R"("valueString":"No early visits"})");
    REQUIRE(written.status == 201);
    REQUIRE(site.push("I want to be at home", {"--id", test::kUuid}).exit == 0);

    const auto outcome = exported(site);

    REQUIRE(outcome.exit == 0);
    const auto document = fhir::json::Document::parse(outcome.out);
    int others = 0, ours = 0;
    for (const auto& entry : fhir::Bundle::fromJson(document.root()).entry) {
        const auto words = entry.resource.findString("valueString").value_or("");
        const auto text = fhir::json::Writer().value(entry.resource).take();
        if (words == "No early visits") {
            ++others;
            const auto there = ehr.get("/Observation/" + entry.id);
            const auto held = fhir::json::Document::parse(there);
            CHECK(text == fhir::json::Writer().value(held.root()).take());
            CHECK(entry.fullUrl == ehr.base() + "/Observation/" + entry.id);
        }
        if (words == "I want to be at home") {
            ++ours;
            CHECK(entry.fullUrl == std::string("urn:uuid:") + test::kUuid);
        }
    }
    CHECK(others == 1);
    CHECK(ours == 1);
}

TEST_CASE("export: half a history is not given for a whole one", "[cli]") {
    test::Ehr ehr(1);
    const test::Site site(ehr.base());
    REQUIRE(site.push("I want to be at home").exit == 0);
    ehr.fail(test::always(test::answer(503, "", "Connection: close\r\n")));

    const auto outcome = exported(site);

    CHECK(outcome.exit == 3);
    CHECK(outcome.out.empty());
    CHECK(site.run({"export", "--connection", "general", "--patient", "a/b"}).exit == 2);
    CHECK(site.run({"export", "--connection", "nobody", "--patient", "a"}).exit == 2);
}

}  // namespace export_test
