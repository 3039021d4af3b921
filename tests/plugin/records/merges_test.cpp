#include "plugin/records/merges.h"

#include "adapters/companion_references.h"
#include "fhir/r4/element.h"

#include <algorithm>
#include <map>

#include "fhir/base/log.h"
#include "plugin/outbox/capture.h"
#include "plugin/outbox/delivery.h"
#include "plugin/records/patient_record.h"
#include "plugin/store/tables/merge_table.h"
#include "plugin/store/tables/statement_table.h"
#include "plugin/sync/sync.h"
#include "tests/support/hospital_fixture.h"
#include "tests/support/store_fixture.h"
#include "tests/support/thrown.h"

namespace merges_test {

using fhir::ErrorKind;
using plugin::store::MergeTable;
using plugin::store::StatementTable;
using test::thrown;

namespace {

std::string record(const std::string& id, const std::string& link = {},
                   const std::string& other = {}) {
    const auto links = link.empty() ? std::string()
                                    : R"(,"link":[{"type":")" + link +
                                          R"(","other":{"reference":"Patient/)" + other + R"("}}])";
    return R"({"resourceType":"Patient","id":")" + id + R"(","name":[{"text":"Person"}])" + links +
           "}";
}

/// An EHR in which records were merged, and a house that has words of the old one.
struct House {
    House() {
        hospital.wire().handler = [this](const auto& request) {
            const auto& path = request.url.path;
            const auto slash = path.rfind('/');
            const auto found = records.find(path.substr(slash + 1));
            if (found != records.end() && path.substr(0, slash).ends_with("/Patient"))
                return found->second.empty() ? test::answer(410) : test::answer(200, found->second);
            if (fhir::Query::parse(request.url.query).find("link"))
                return test::answer(200, test::searchset(replacing));
            return hospital.real(request);
        };
        plugin::domain::Statement statement{
            .id = test::kUuid, .patient = "old", .said = fhir::DateTime::fromInstant(test::kNow)};
        statement.text = "To dance.";
        statement.language = "en";
        plugin::outbox::captureStatement(store.database, "general", statement, false, test::kNow);
    }
    std::string read(const std::string& id = "old") {
        return plugin::records::readFollowing(hospital.adapter(), store.database, "general", id,
                                              test::kNow)
            .id;
    }
    std::size_t said(const std::string& patient) {
        return StatementTable(store.database).ofPatients("general", {patient}).size();
    }
    std::map<std::string, std::string> records;  ///< by id; "": gone
    std::vector<std::string> replacing;          ///< what a search by `link` finds
    test::Hospital hospital{2};
    test::Store store;
};

}  // namespace

TEST_CASE("merges: a record that was replaced is read as the one that replaced it", "[sync]") {
    House house;
    SECTION("as it says itself") {
        house.records = {{"old", record("old", "replaced-by", "patient-1")}};
    }
    SECTION("as the other says, in answer to the old id") {
        house.records = {{"old", record("patient-1", "replaces", "old")},
                         {"patient-1", record("patient-1", "replaces", "old")}};
    }
    SECTION("as the other says, where it is gone") {
        house.records = {{"old", ""}};
        house.replacing = {record("patient-1", "replaces", "old")};
    }
    SECTION("over several steps") {
        house.records = {{"old", record("old", "replaced-by", "older")},
                         {"older", record("older", "replaced-by", "patient-1")}};
    }

    CHECK(house.read() == "patient-1");
    CHECK(house.said("old") == 0);
    CHECK(house.said("patient-1") == 1);
    CHECK(house.read() == "patient-1");  // from then on without a detour
    CHECK(MergeTable(house.store.database).current("general", "old") == "patient-1");
}

TEST_CASE("merges: a record that nothing replaced stays who it is", "[sync]") {
    House house;
    house.records = {{"old", record("old", "seealso", "patient-1")}};

    CHECK(house.read() == "old");
    CHECK(house.said("old") == 1);
}

TEST_CASE("merges: another patient in answer to an id is a bad reply, and nothing moves",
          "[sync]") {
    House house;
    const auto answered = GENERATE(
        record("patient-1"), record("patient-1", "replaces", "somebody-else"),
        record("patient-1", "seealso", "old"), record("patient-1", "replaced-by", "patient-2"),
        record(""), std::string(R"({"resourceType":"Patient","name":[{"text":"Person"}]})"));
    house.records = {{"old", answered}};

    INFO(answered);
    CHECK(thrown([&] { house.read(); }).kind() == ErrorKind::BadReply);
    CHECK(house.said("old") == 1);
    CHECK(house.said("patient-1") == 0);
    CHECK(MergeTable(house.store.database).current("general", "old") == "old");
}

TEST_CASE("merges: circles and long chains end, and nothing is lost", "[sync]") {
    House house;
    SECTION("one that says to be both the older and the newer record") {
        house.records = {{"old",
                          R"({"resourceType":"Patient","id":"b","link":[)"
                          R"({"type":"replaces","other":{"reference":"Patient/old"}},)"
                          R"({"type":"replaced-by","other":{"reference":"Patient/old"}}]})"}};
        house.records["b"] = house.records["old"];
        CHECK(thrown([&] { house.read(); }).kind() == ErrorKind::Conflict);
        CHECK(house.said("old") + house.said("b") == 1);
    }
    SECTION("a circle") {
        house.records = {{"old", record("old", "replaced-by", "b")},
                         {"b", record("b", "replaced-by", "old")}};
        CHECK(thrown([&] { house.read(); }).kind() == ErrorKind::Conflict);
        CHECK(house.said("old") + house.said("b") == 1);
    }
    SECTION("itself") {
        house.records = {{"old", record("old", "replaced-by", "old")}};
        CHECK(house.read() == "old");
        CHECK(house.said("old") == 1);
    }
    SECTION("a long chain") {
        house.records["old"] = record("old", "replaced-by", "p0");
        for (int i = 0; i < 20; ++i)
            house.records["p" + std::to_string(i)] =
                record("p" + std::to_string(i), "replaced-by", "p" + std::to_string(i + 1));
        CHECK(thrown([&] { house.read(); }).kind() == ErrorKind::Conflict);
        CHECK(house.hospital.wire().requests.size() <= MergeTable::kStepsMax);
    }
}

TEST_CASE("merges: a record that is gone without a trace is not there", "[sync]") {
    House house;
    house.records = {{"old", ""}};

    CHECK(thrown([&] { house.read(); }).kind() == ErrorKind::NotFound);
    CHECK(house.said("old") == 1);
}

TEST_CASE("merges: a page that was opened with the old record shows what was said", "[sync]") {
    House house;
    house.records = {{"old", record("old", "replaced-by", "patient-1")}};

    const auto page = plugin::records::readPatientRecord(
        house.hospital.adapter(), house.store.database, "general", "old", "", test::kNow);

    const auto& all = page.statements;
    CHECK(std::any_of(all.begin(), all.end(),
                      [](const auto& one) { return one.text == "To dance."; }));
}

TEST_CASE("merges: what a companion server holds under the old record is read with the new one",
          "[sync]") {
    House house;
    house.records = {{"patient-1", record("patient-1", "replaces", "before")}};
    test::Hospital shelf(1);
    auto statement = test::statement("To be called by my second name.");
    statement.subject->reference = "Patient/before";
    const auto& home = house.hospital.adapter().client().options().base;
    const auto there = std::get<fhir::Observation>(adapters::abroad(statement, home));
    shelf.adapter().client().create("Observation", fhir::toJsonText(there));

    const auto page = plugin::records::readPatientRecord(
        house.hospital.adapter(), house.store.database, "general", "patient-1", "", test::kNow,
        &shelf.adapter());

    CHECK(page.notice == "");
    const auto& all = page.statements;
    const auto found = std::find_if(all.begin(), all.end(), [](const auto& one) {
        return one.text == "To be called by my second name.";
    });
    REQUIRE(found != all.end());
    CHECK(found->patient == "patient-1");
}

TEST_CASE("merges: a reading of the ward follows what its patients replaced", "[sync]") {
    House house;
    house.records = {{"old", record("old", "replaced-by", "patient-1")},
                     {"patient-1", record("patient-1", "replaces", "old")}};
    const auto profile = adapters::vendorProfile("generic").with(
        fhir::json::Document::parse(R"({"includes":[],"patientsPerSearch":1})").root());
    test::Scripted ehr(
        [&](const auto& request) {
            // No search by _id: each patient is read by itself, links and all.
            const bool isSearch = request.url.path.ends_with("/Patient");
            return isSearch ? test::answer(400) : house.hospital.wire().send(request, {});
        },
        profile);
    plugin::sync::Sync sync(house.store.database, {{"general",
                                                    "ward-7",
                                                    {"encounter-search", "Location/ward-7"},
                                                    std::chrono::seconds(60),
                                                    1,
                                                    ehr.adapter.get()}});

    sync.readUnit("general", "ward-7");

    CHECK(house.said("old") == 0);
    CHECK(house.said("patient-1") == 1);
}

TEST_CASE("merges: what was said under the old record is written to the new one", "[sync]") {
    House house;
    plugin::store::OutboxTable outbox(house.store.database);
    const auto claimed = outbox.claim(test::kNow, std::chrono::seconds(60));
    REQUIRE(claimed);
    MergeTable(house.store.database).follow("general", "old", "patient-1", test::kNow);
    REQUIRE(claimed->resource.find("Patient/old") != std::string::npos);

    const auto result =
        plugin::outbox::deliver(house.hospital.adapter(), {"observation"}, house.store.database,
                                *claimed, fhir::Deadline::max());

    CHECK(result.route == "observation");
    const auto id = result.location.substr(result.location.rfind('/') + 1);
    const auto written = house.hospital.adapter().client().read("Observation", id);
    CHECK(written.root().at("subject").findString("reference") == "Patient/patient-1");
}

TEST_CASE("merges: the log says that it happened, and names nobody", "[sync]") {
    House house;
    house.records = {{"old-record-77", record("old-record-77", "replaced-by", "patient-1")}};
    std::string log;
    fhir::log::redirect([&](const std::string& line) { log += line; });

    house.read("old-record-77");

    fhir::log::redirect(nullptr);
    CHECK(log.find("merged") != std::string::npos);
    CHECK(log.find("77") == std::string::npos);
    CHECK(log.find("patient-1") == std::string::npos);
}

}  // namespace merges_test
