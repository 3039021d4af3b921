#include "plugin/records/merges.h"

#include "adapters/companion_references.h"
#include "fhir/r4/element.h"

#include <algorithm>
#include <map>

#include "fhir/base/log.h"
#include "plugin/outbox/capture.h"
#include "plugin/outbox/delivery.h"
#include "plugin/store/tables/merge_table.h"
#include "plugin/store/tables/statement_table.h"
#include "plugin/store/tables/ward_table.h"
#include "plugin/sync/sync.h"
#include "tests/support/record_reading.h"
#include "tests/support/store_fixture.h"
#include "tests/support/thrown.h"

namespace merges_test {

using fhir::ErrorKind;
using plugin::store::MergeTable;
using plugin::store::StatementTable;
using namespace std::chrono_literals;
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
struct Fixture {
    explicit Fixture(adapters::Profile profile = adapters::vendorProfile("generic"))
        : hospital(2, std::move(profile)) {
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
        plugin::domain::Statement statement{.id = test::kStatementUrn,
                                            .patient = "old",
                                            .said = fhir::DateTime::fromInstant(test::kNow)};
        statement.text = "To dance.";
        statement.language = "en";
        plugin::outbox::captureStatement(store.database, "general", statement, false, test::kNow);
    }
    std::string readAt(fhir::Instant now, const std::string& id = "old") {
        return plugin::records::readFollowing(hospital.adapter(), store.database, "general", id,
                                              now)
            .id;
    }
    /// Asks until the EHR has said each step twice.
    std::string read(const std::string& id = "old") {
        auto now = test::kNow;
        for (int steps = 0; steps < MergeTable::kStepsMax + 2; ++steps) {
            try {
                readAt(now, id);
            } catch (const fhir::Error& error) {
                if (error.kind() != ErrorKind::Unavailable) throw;
            }
            now += MergeTable::kAskedAgainAfter;
        }
        return readAt(now, id);
    }
    std::size_t said(const std::string& patient) {
        return StatementTable(store.database).ofPatients("general", {patient}).size();
    }
    std::map<std::string, std::string> records;  ///< by id; "": gone
    std::vector<std::string> replacing;          ///< what a search by `link` finds
    test::Hospital hospital;
    test::Store store;
};

}  // namespace

TEST_CASE("merges: a record that was replaced is read as the one that replaced it", "[sync]") {
    Fixture fixture;
    SECTION("as it says itself") {
        fixture.records = {{"old", record("old", "replaced-by", "patient-1")}};
    }
    SECTION("as the other says, in answer to the old id") {
        fixture.records = {{"old", record("patient-1", "replaces", "old")},
                           {"patient-1", record("patient-1", "replaces", "old")}};
    }
    SECTION("as the other says, where it is gone") {
        fixture.records = {{"old", ""}};
        fixture.replacing = {record("patient-1", "replaces", "old")};
    }
    SECTION("over several steps") {
        fixture.records = {{"old", record("old", "replaced-by", "older")},
                           {"older", record("older", "replaced-by", "patient-1")}};
    }

    CHECK(fixture.read() == "patient-1");
    CHECK(fixture.said("old") == 0);
    CHECK(fixture.said("patient-1") == 1);
    CHECK(fixture.read() == "patient-1");  // from then on without a detour
    CHECK(MergeTable(fixture.store.database).current("general", "old") == "patient-1");
}

TEST_CASE("merges: one word of the EHR is not enough, and nothing moves before the second",
          "[sync]") {
    Fixture fixture;
    const auto wait = MergeTable::kAskedAgainAfter;
    SECTION("the old record says so and can be read: it stays who it is") {
        fixture.records = {{"old", record("old", "replaced-by", "patient-1")}};
        CHECK(fixture.readAt(test::kNow) == "old");
        CHECK(fixture.readAt(test::kNow + wait - 1s) == "old");
        CHECK(fixture.said("old") == 1);
        CHECK(fixture.readAt(test::kNow + wait) == "patient-1");
        CHECK(fixture.said("patient-1") == 1);
    }
    SECTION("the old record is gone: it is asked for again later") {
        fixture.records = {{"old", ""}};
        fixture.replacing = {record("patient-1", "replaces", "old")};
        const auto error = thrown([&] { fixture.readAt(test::kNow); });
        CHECK(error.kind() == ErrorKind::Unavailable);
        CHECK(error.retryAfter() == std::chrono::milliseconds(wait));
        CHECK(fixture.said("old") == 1);
        CHECK(fixture.readAt(test::kNow + wait) == "patient-1");
    }
    SECTION("the second word names another record: it counts as a first") {
        fixture.records = {{"old", record("old", "replaced-by", "patient-1")}};
        CHECK(fixture.readAt(test::kNow) == "old");
        fixture.records = {{"old", record("old", "replaced-by", "patient-2")}};
        CHECK(fixture.readAt(test::kNow + wait) == "old");
        CHECK(fixture.said("old") == 1);
        CHECK(fixture.readAt(test::kNow + 2 * wait) == "patient-2");
    }
    SECTION("the other record may not be read: nothing moves to it") {
        fixture.records = {{"old", record("old", "replaced-by", "nobody")}};
        CHECK(fixture.readAt(test::kNow) == "old");
        CHECK(thrown([&] { fixture.readAt(test::kNow + wait); }).kind() == ErrorKind::NotFound);
        CHECK(fixture.said("old") == 1);
    }
    CHECK(MergeTable(fixture.store.database).current("general", "old") !=
          (fixture.said("old") == 1 ? "patient-1" : "old"));
}

TEST_CASE("merges: what a person takes back is as it was, and is not followed again", "[sync]") {
    Fixture fixture;
    fixture.records = {{"old", record("old", "replaced-by", "patient-1")}};
    const auto by = plugin::audit::Author::ofService(
        "general", fixture.hospital.adapter().client().options().base, "test");
    // Words of the survivor's own stay theirs.
    plugin::domain::Statement own{.id = "urn:uuid:00000000-0000-4000-8000-000000000001",
                                  .patient = "patient-1",
                                  .said = fhir::DateTime::fromInstant(test::kNow)};
    own.text = "To sing.";
    plugin::outbox::captureStatement(fixture.store.database, "general", own, false, test::kNow);
    CHECK(thrown([&] {
              plugin::records::undoMerge(fixture.store.database, "general", "old", by, test::kNow);
          }).kind() == ErrorKind::NotFound);
    REQUIRE(fixture.read() == "patient-1");
    REQUIRE(fixture.said("patient-1") == 2);

    const auto undone =
        plugin::records::undoMerge(fixture.store.database, "general", "old", by, test::kNow);

    CHECK(undone.survivor == "patient-1");
    CHECK(undone.back.statements == 1);
    CHECK(undone.back.entries == 1);
    CHECK(undone.delivered.empty());
    CHECK(fixture.said("old") == 1);
    CHECK(fixture.said("patient-1") == 1);
    const auto entry = plugin::store::OutboxTable(fixture.store.database)
                           .find(std::string(test::kStatementUrn).substr(9));
    REQUIRE(entry);
    CHECK(entry->resource.find("Patient/old") != std::string::npos);
    CHECK(fixture.read() == "old");
    CHECK(fixture.said("old") == 1);
    const auto merges = MergeTable(fixture.store.database).list(10);
    REQUIRE(merges.size() == 1);
    CHECK(merges.front().state == plugin::store::MergeState::Undone);
    CHECK(merges.front().patient == "old");
    CHECK(merges.front().survivor == "patient-1");

    // Another word of the EHR is heard anew.
    fixture.records = {{"old", record("old", "replaced-by", "patient-2")}};
    CHECK(fixture.read() == "patient-2");
}

TEST_CASE("merges: what has reached the other chart is named when a merge is taken back",
          "[sync]") {
    Fixture fixture;
    fixture.records = {{"old", record("old", "replaced-by", "patient-1")}};
    REQUIRE(fixture.read() == "patient-1");
    plugin::store::OutboxTable outbox(fixture.store.database);
    auto entry = outbox.claim(test::kNow, std::chrono::seconds(60));
    REQUIRE(entry);
    entry->placement = plugin::store::Placement::Ehr;
    entry->location = "Observation/9";
    outbox.markDelivered(*entry);

    const auto undone = MergeTable(fixture.store.database).undo("general", "old", test::kNow);

    REQUIRE(undone);
    CHECK(undone->delivered == std::vector<std::string>{"Observation/9"});
    CHECK(undone->back.statements == 1);
    CHECK(undone->back.entries == 0);
}

TEST_CASE("merges: a record that nothing replaced stays who it is", "[sync]") {
    Fixture fixture;
    fixture.records = {{"old", record("old", "seealso", "patient-1")}};

    CHECK(fixture.read() == "old");
    CHECK(fixture.said("old") == 1);
}

TEST_CASE("merges: another patient in answer to an id is a bad reply, and nothing moves",
          "[sync]") {
    Fixture fixture;
    const auto answered = GENERATE(
        record("patient-1"), record("patient-1", "replaces", "somebody-else"),
        record("patient-1", "seealso", "old"), record("patient-1", "replaced-by", "patient-2"),
        record(""), std::string(R"({"resourceType":"Patient","name":[{"text":"Person"}]})"));
    fixture.records = {{"old", answered}};

    INFO(answered);
    CHECK(thrown([&] { fixture.read(); }).kind() == ErrorKind::BadReply);
    CHECK(fixture.said("old") == 1);
    CHECK(fixture.said("patient-1") == 0);
    CHECK(MergeTable(fixture.store.database).current("general", "old") == "old");
}

TEST_CASE("merges: where an EHR says so by its answer, it must say so twice", "[sync]") {
    auto profile = adapters::vendorProfile("generic");
    profile.answersWithSuccessor = adapters::vendorProfile("nhs").answersWithSuccessor;
    Fixture fixture(profile);
    fixture.records = {{"old", record("patient-1")}};

    CHECK(thrown([&] { fixture.readAt(test::kNow); }).kind() == ErrorKind::Unavailable);
    CHECK(fixture.said("old") == 1);

    CHECK(fixture.read() == "patient-1");
    CHECK(fixture.said("patient-1") == 1);
    CHECK(MergeTable(fixture.store.database).current("general", "old") == "patient-1");
}

TEST_CASE("merges: circles and long chains end, and nothing is lost", "[sync]") {
    Fixture fixture;
    SECTION("one that says to be both the older and the newer record") {
        fixture.records = {{"old",
                            R"({"resourceType":"Patient","id":"b","link":[)"
                            R"({"type":"replaces","other":{"reference":"Patient/old"}},)"
                            R"({"type":"replaced-by","other":{"reference":"Patient/old"}}]})"}};
        fixture.records["b"] = fixture.records["old"];
        CHECK(thrown([&] { fixture.read(); }).kind() == ErrorKind::Conflict);
        CHECK(fixture.said("old") + fixture.said("b") == 1);
    }
    SECTION("a circle") {
        fixture.records = {{"old", record("old", "replaced-by", "b")},
                           {"b", record("b", "replaced-by", "old")}};
        CHECK(thrown([&] { fixture.read(); }).kind() == ErrorKind::Conflict);
        CHECK(fixture.said("old") + fixture.said("b") == 1);
    }
    SECTION("itself") {
        fixture.records = {{"old", record("old", "replaced-by", "old")}};
        CHECK(fixture.read() == "old");
        CHECK(fixture.said("old") == 1);
    }
    SECTION("a long chain") {
        fixture.records["old"] = record("old", "replaced-by", "p0");
        for (int i = 0; i < 20; ++i)
            fixture.records["p" + std::to_string(i)] =
                record("p" + std::to_string(i), "replaced-by", "p" + std::to_string(i + 1));
        CHECK(thrown([&] { fixture.read(); }).kind() == ErrorKind::Conflict);
        const auto before = fixture.hospital.wire().requests.size();
        CHECK(thrown([&] { fixture.readAt(test::kNow + 24h); }).kind() == ErrorKind::Conflict);
        CHECK(fixture.hospital.wire().requests.size() - before <= MergeTable::kStepsMax + 1);
    }
}

TEST_CASE("merges: a record that is gone without a trace is not there", "[sync]") {
    Fixture fixture;
    fixture.records = {{"old", ""}};

    CHECK(thrown([&] { fixture.read(); }).kind() == ErrorKind::NotFound);
    CHECK(fixture.said("old") == 1);
}

TEST_CASE("merges: a page that was opened with the old record shows what was said", "[sync]") {
    Fixture fixture;
    fixture.records = {{"old", record("old", "replaced-by", "patient-1")}};

    const auto page = test::readRecord(fixture.hospital.adapter(), fixture.store.database, "old");

    const auto& all = page.statements;
    CHECK(std::any_of(all.begin(), all.end(),
                      [](const auto& one) { return one.text == "To dance."; }));
}

TEST_CASE("merges: a page that was opened with the old record keeps the stay", "[sync]") {
    Fixture fixture;
    fixture.records = {{"old", record("old", "replaced-by", "patient-1")}};
    MergeTable(fixture.store.database)
        .hear("general", "old", "patient-1", test::kNow - MergeTable::kAskedAgainAfter);
    plugin::store::WardRow row;
    row.patient = "old";
    row.encounter = "stay-9";
    row.location = "Bed 9";
    row.statements = "[]";
    plugin::store::WardTable(fixture.store.database)
        .replace("general", "ward-7", {row}, test::kNow, {});

    const auto page =
        test::readRecord(fixture.hospital.adapter(), fixture.store.database, "old", "stay-9");

    CHECK(page.patient == "patient-1");
    CHECK(page.location == "Bed 9");
    CHECK(page.stay.inHospital);
}

TEST_CASE("merges: a companion server is asked for the old record while the EHR is away",
          "[sync]") {
    Fixture fixture;
    fixture.records = {{"old", record("old", "replaced-by", "patient-1")}};
    fixture.read();
    test::Hospital storage(1);
    auto statement = test::statementObservation("To be called by my second name.");
    statement.subject->reference = "Patient/old";
    const auto there = std::get<fhir::Observation>(adapters::toCompanionReferences(
        statement, fixture.hospital.adapter().client().options().base));
    storage.adapter().client().create("Observation", fhir::toJsonText(there));
    fixture.hospital.wire().handler = [](const auto&) { return test::answer(503); };
    fhir::WorkerPool workers(4, 4);

    const auto card = plugin::records::PatientReader(fixture.store.database, workers)
                          .read({.connection = test::generalConnection(),
                                 .ehr = test::shared(fixture.hospital.adapter()),
                                 .companion = &storage.adapter(),
                                 .patient = "old",
                                 .now = test::kNow});

    CHECK(std::any_of(card.statements.begin(), card.statements.end(), [](const auto& one) {
        return one.text == "To be called by my second name.";
    }));
}

TEST_CASE("merges: a card that is asked for with the old record shows what was said", "[cds]") {
    Fixture fixture;
    fixture.records = {{"old", record("old", "replaced-by", "patient-1")}};
    fixture.read();
    auto said = plugin::domain::fromObservation(test::statementObservation("Of the old record."));
    plugin::records::PatientAsk ask{.connection = test::generalConnection(),
                                    .ehr = test::shared(fixture.hospital.adapter()),
                                    .patient = "old",
                                    .now = test::kNow};
    ask.knownWords = {.value = plugin::records::WordsRead{.statements = {*said}},
                      .isSettled = true};
    // What is sent along says that it was replaced; the EHR is asked whether that is so.
    ask.knownPatient = {.value = fhir::Patient::fromJson(
                            fhir::json::Document::parse(fixture.records.at("old")).root()),
                        .isSettled = true};
    fhir::WorkerPool workers(4, 4);

    const auto card =
        plugin::records::PatientReader(fixture.store.database, workers).read(std::move(ask));

    CHECK(card.patient == "patient-1");
    CHECK(card.reading == plugin::records::Reading::Whole);
    const auto has = [&](const char* words) {
        return std::any_of(card.statements.begin(), card.statements.end(),
                           [&](const auto& one) { return one.text == words; });
    };
    CHECK(has("To dance."));
    CHECK_FALSE(has("Of the old record."));  // the EHR was asked what it has under the new one
    CHECK(card.statements.size() > 1);
}

TEST_CASE("merges: what a companion server holds under the old record is read with the new one",
          "[sync]") {
    Fixture fixture;
    fixture.records = {{"patient-1", record("patient-1", "replaces", "before")}};
    test::Hospital storage(1);
    auto statement = test::statementObservation("To be called by my second name.");
    statement.subject->reference = "Patient/before";
    const auto& home = fixture.hospital.adapter().client().options().base;
    const auto there =
        std::get<fhir::Observation>(adapters::toCompanionReferences(statement, home));
    storage.adapter().client().create("Observation", fhir::toJsonText(there));

    const auto page = test::readRecord(fixture.hospital.adapter(), fixture.store.database,
                                       "patient-1", "", &storage.adapter());

    CHECK(page.companion == plugin::records::CompanionReading::Whole);
    const auto& all = page.statements;
    const auto found = std::find_if(all.begin(), all.end(), [](const auto& one) {
        return one.text == "To be called by my second name.";
    });
    REQUIRE(found != all.end());
    CHECK(found->patient == "patient-1");
}

TEST_CASE("merges: a reading of the ward follows what its patients replaced", "[sync]") {
    Fixture fixture;
    fixture.records = {{"old", record("old", "replaced-by", "patient-1")},
                       {"patient-1", record("patient-1", "replaces", "old")}};
    const auto profile = adapters::vendorProfile("generic").with(
        fhir::json::Document::parse(R"({"includes":[],"patientsPerSearch":1})").root());
    test::Scripted ehr(
        [&](const auto& request) {
            // No search by _id: each patient is read by itself, links and all.
            const bool isSearch = request.url.path.ends_with("/Patient");
            return isSearch ? test::answer(400) : fixture.hospital.wire().send(request, {});
        },
        profile);
    plugin::sync::Sync sync(fixture.store.database, {{"general",
                                                      "ward-7",
                                                      {"encounter-search", "Location/ward-7"},
                                                      std::chrono::seconds(60),
                                                      1,
                                                      ehr.adapter.get()}});

    // As another pass has heard a minute ago.
    MergeTable(fixture.store.database)
        .hear("general", "old", "patient-1",
              std::chrono::system_clock::now() - std::chrono::minutes(1));
    sync.readUnit("general", "ward-7");

    CHECK(fixture.said("old") == 0);
    CHECK(fixture.said("patient-1") == 1);
}

TEST_CASE("merges: what was said under the old record is written to the new one", "[sync]") {
    Fixture fixture;
    plugin::store::OutboxTable outbox(fixture.store.database);
    const auto claimed = outbox.claim(test::kNow, std::chrono::seconds(60));
    REQUIRE(claimed);
    MergeTable(fixture.store.database).follow("general", "old", "patient-1", test::kNow);
    REQUIRE(claimed->resource.find("Patient/old") != std::string::npos);

    const auto result =
        plugin::outbox::deliver(fixture.hospital.adapter(), {"observation"}, fixture.store.database,
                                *claimed, fhir::Deadline::max());

    CHECK(result.route == "observation");
    const auto id = result.location.substr(result.location.rfind('/') + 1);
    const auto written = fixture.hospital.adapter().client().read("Observation", id);
    CHECK(written.root().at("subject").findString("reference") == "Patient/patient-1");
}

TEST_CASE("merges: the log says that it happened, and names nobody", "[sync]") {
    Fixture fixture;
    fixture.records = {{"old-record-77", record("old-record-77", "replaced-by", "patient-1")}};
    std::string log;
    fhir::log::redirect([&](const std::string& line) { log += line; });

    fixture.read("old-record-77");

    fhir::log::redirect(nullptr);
    CHECK(log.find("merged") != std::string::npos);
    CHECK(log.find("77") == std::string::npos);
    CHECK(log.find("patient-1") == std::string::npos);
}

}  // namespace merges_test
