#include "plugin/sync/board.h"

#include <map>

#include "adapters/companion_references.h"
#include "fhir/r4/element.h"
#include "plugin/domain/summary.h"
#include "plugin/records/projection.h"
#include "plugin/records/what_matters.h"
#include "tests/support/hospital_fixture.h"
#include "tests/support/json_at.h"

namespace board_test {

using plugin::records::stayOf;
using plugin::store::WardRow;
using test::at;

namespace {

WardRow row(const char* encounterClass, const char* start = "", const char* transferred = "") {
    WardRow result;
    result.encounterClass = encounterClass;
    result.start = start;
    result.transferred = transferred;
    return result;
}

fhir::Instant instant(const char* text) {
    return fhir::DateTime::parse(text).earliest();
}

std::string whatMatters(const std::vector<plugin::domain::Statement>& statements) {
    fhir::json::Writer writer;
    plugin::records::writeWhatMatters(
        writer, plugin::domain::summarise(
                    statements, {}, {}, fhir::DateTime::parse("2026-03-07T08:15:00Z").earliest()));
    return writer.take();
}

/// Reads what is about a patient of another server as well.
class Outside : public adapters::Adapter {
public:
    using Adapter::Adapter;
    adapters::FoundStatements statements(const std::vector<std::string>& ids) const override {
        auto found = Adapter::statements(ids);
        auto one = test::statementObservation("Said elsewhere.");
        one.id = "outside";
        one.subject->reference = "https://other.example/fhir/Patient/patient-1";
        found.observations.push_back(std::move(one));
        return found;
    }
};

}  // namespace

TEST_CASE("board: words about a patient of another server with the same id are nobody's",
          "[sync]") {
    const test::Hospital hospital(1);
    const auto& client = hospital.adapter().client();
    const Outside adapter(hospital.adapter().profile(), client, {}, {});

    const auto ward = plugin::sync::readWard(adapter, {"encounter-search", "Location/ward-7"});

    REQUIRE(ward.rows.size() == 1);
    const auto all = plugin::records::statementsOf(ward.rows.front());
    CHECK_FALSE(all.empty());
    for (const auto& statement : all) CHECK(statement.text != "Said elsewhere.");
}

TEST_CASE("board: a ward is read whole, each person with their own words", "[sync]") {
    test::Hospital hospital;

    const auto ward =
        plugin::sync::readWard(hospital.adapter(), {"encounter-search", "Location/ward-7"});

    REQUIRE(ward.rows.size() == 24);
    CHECK(ward.problems.empty());
    std::size_t said = 0;
    for (const auto& one : ward.rows) {
        INFO(one.encounter);
        CHECK_FALSE(one.name.empty());
        CHECK_FALSE(one.location.empty());
        CHECK_FALSE(one.start.empty());
        for (const auto& statement : plugin::records::statementsOf(one)) {
            CHECK(statement.patient == one.patient);
            ++said;
        }
    }
    CHECK(said > 24);
}

TEST_CASE("board: whoever is not outside is in hospital", "[sync]") {
    const auto [encounterClass, inHospital] = GENERATE(table<const char*, bool>({
        {"IMP", true},
        {"EMER", true},
        {"ACUTE", true},
        {"OBSENC", true},
        {"SS", true},
        {"", true},
        {"ward-stay", true},
        {"AMB", false},
        {"HH", false},
        {"VR", false},
        {"FLD", false},
    }));
    INFO(encounterClass);

    CHECK(stayOf(row(encounterClass)).inHospital == inHospital);
}

TEST_CASE("board: a stay begins at its start, and a move counts where it is later", "[sync]") {
    const auto moved = stayOf(row("IMP", "2026-03-01T10:00:00Z", "2026-03-04T10:00:00Z"));
    const auto same = stayOf(row("IMP", "2026-03-01T10:00:00Z", "2026-03-01T10:00:00Z"));
    const auto unknown = stayOf(row("IMP", "", "2026-03-04T10:00:00Z"));

    CHECK(moved.admitted == instant("2026-03-01T10:00:00Z"));
    CHECK(moved.transferred == instant("2026-03-04T10:00:00Z"));
    CHECK_FALSE(same.transferred);
    CHECK_FALSE(unknown.admitted);
    CHECK_FALSE(stayOf(row("IMP", "no date")).admitted);
}

TEST_CASE("board: the list shows the words, but none that are kept to the care team", "[sync]") {
    plugin::domain::Statement statement{.id = "urn:uuid:6f1d9c3e-0b5a-4c1e-9d6a-3f2b7a8c9d10",
                                        .patient = "amara-1",
                                        .said = fhir::DateTime::parse("2026-03-07T08:00:00Z")};
    statement.text = "To be home before my sister's wedding.";
    const auto open = whatMatters({statement});
    statement.keepToTeam = true;
    const auto kept = whatMatters({statement});

    CHECK(at(open, "/text") == statement.text);
    CHECK(at(open, "/by") == "patient");
    CHECK(at(open, "/said") == "2026-03-07T08:00:00Z");
    CHECK(at(open, "/kept") == "");
    CHECK(at(kept, "/text") == "");
    CHECK(at(kept, "/kept") == "true");
    CHECK(at(whatMatters({}), "/freshness") == "unasked");
}

TEST_CASE("board: of two sayings that conflict both are on the list, each with who said it",
          "[sync]") {
    plugin::domain::Statement own{.id = "Observation/1",
                                  .patient = "amara-1",
                                  .said = fhir::DateTime::parse("2026-03-06T08:00:00Z")};
    own.text = "I want to go home.";
    auto hers = own;
    hers.id = "Observation/2";
    hers.said = fhir::DateTime::parse("2026-03-06T18:00:00Z");
    hers.text = "He should stay here.";
    hers.speaker = plugin::domain::Speaker::RelatedPerson;
    hers.speakerName = "Petra, daughter";

    const auto both = whatMatters({own, hers});
    own.keepToTeam = true;
    const auto kept = whatMatters({own, hers});
    hers.speaker = plugin::domain::Speaker::Unknown;

    CHECK(at(both, "/freshness") == "doubted");
    CHECK(at(both, "/text") == hers.text);
    CHECK(at(both, "/by") == "related-person");
    CHECK(at(both, "/byName") == "Petra, daughter");
    CHECK(at(both, "/other/text") == "I want to go home.");
    CHECK(at(both, "/other/by") == "patient");
    CHECK(at(both, "/other/said") == "2026-03-06T08:00:00Z");
    CHECK(at(kept, "/other/text") == "");
    CHECK(at(kept, "/other/kept") == "true");
    CHECK(at(whatMatters({hers}), "/by") == "unknown");
    CHECK(at(whatMatters({hers}), "/other") == "");
}

TEST_CASE("board: what a companion server holds is on the list, and what is in the chart is once",
          "[sync]") {
    test::Hospital hospital(3);
    test::Hospital storage(1);
    const auto& home = hospital.adapter().client().options().base;
    const auto keep = [&](const fhir::Observation& statement) {
        const auto there =
            std::get<fhir::Observation>(adapters::toCompanionReferences(statement, home));
        storage.adapter().client().create("Observation", fhir::toJsonText(there));
    };
    keep(test::statementObservation("Kept elsewhere."));
    auto both = test::statementObservation("In two places.");
    both.encounter.reset();
    both.identifier.front().value = "urn:uuid:1f4d3f0a-9a61-4a53-8f7e-2f1b6d5c4e3a";
    hospital.adapter().client().create("Observation", fhir::toJsonText(both));
    keep(both);
    const auto times = [&](const std::string& words) {
        const auto ward = plugin::sync::readWard(
            hospital.adapter(), {"encounter-search", "Location/ward-7"}, &storage.adapter());
        int count = 0;
        for (const auto& one : ward.rows)
            for (const auto& statement : plugin::records::statementsOf(one))
                if (statement.text == words && statement.patient == one.patient) ++count;
        return std::pair(count, ward.problems);
    };

    CHECK(times("Kept elsewhere.").first == 1);
    CHECK(times("In two places.").first == 1);
    CHECK(times("In two places.").second.empty());

    storage.wire().handler = [](const auto&) { return test::answer(503); };
    const auto [count, problems] = times("Kept elsewhere.");
    CHECK(count == 0);
    REQUIRE(problems.size() == 1);
    CHECK(problems.front() ==
          "The companion server ehr.example cannot be read at the moment: words that are kept "
          "there may be missing here.");
}

}  // namespace board_test
