#include "plugin/store/tables/outbox_entry.h"

#include <array>
#include <set>

#include "plugin/outbox/capture.h"
#include "plugin/store/tables/statement_table.h"
#include "tests/support/statements.h"
#include "tests/support/store_fixture.h"

namespace outbox_entry_test {

using namespace plugin::store;
using namespace std::chrono_literals;
using namespace Poco::Data::Keywords;
using test::kNoon;

namespace {

constexpr const char* kAddress = "https://companion.example/fhir/Observation/9";

constexpr std::array kKinds{EntryKind::Statement, EntryKind::Flag, EntryKind::Correction,
                            EntryKind::Provenance, EntryKind::RemoveCopy};
constexpr std::array kPlacements{Placement::Nowhere, Placement::Ehr, Placement::LocalCompanion,
                                 Placement::RemoteCompanion};

/// Ends an entry that waits, as what came to be there.
void place(Database& database, const std::string& id, Placement placement,
           const std::string& location) {
    OutboxTable table(database);
    auto entry = table.claim(kNoon, 60s, {id, ""}).value();
    entry.placement = placement;
    entry.location = location;
    table.markDelivered(entry);
}

/// Writes a statement down that ends there. Returns its id without "urn:uuid:".
std::string captured(Database& database, Placement placement, const std::string& location) {
    const auto statement = test::statement();
    plugin::outbox::captureStatement(database, "general", statement, false, kNoon);
    auto id = plugin::outbox::entryId(statement.id);
    place(database, id, placement, location);
    return id;
}

}  // namespace

TEST_CASE("outbox entry: each kind is read back as it was written", "[store]") {
    test::Store store;
    OutboxTable table(store.database);
    for (const auto kind : kKinds) {
        const std::string id = toString(kind);
        auto written = test::entry(id, id);
        written.kind = kind;
        REQUIRE(test::insert(store.database, written));

        CHECK(table.find(id)->kind == kind);
        CHECK(table.list(true, 10).back().kind == kind);
        auto claimed = table.claim(kNoon, 60s, {id, ""}).value();
        CHECK(claimed.kind == kind);
        CHECK(claimed.placement == Placement::Nowhere);
        claimed.placement = Placement::Ehr;
        table.markDelivered(claimed);
        CHECK(table.find(id)->kind == kind);
    }
}

TEST_CASE("outbox entry: each placement is read back with its location", "[store]") {
    test::Store store;
    for (const auto placement : kPlacements) {
        const std::string id = toString(placement);
        REQUIRE(test::insert(store.database, test::entry(id)));

        place(store.database, id, placement, "Observation/9");

        const auto read = OutboxTable(store.database).find(id).value();
        CHECK(read.state == OutboxState::Delivered);
        CHECK(read.placement == placement);
        CHECK(read.location == "Observation/9");
    }
}

TEST_CASE("outbox entry: every kind and placement has a name of its own", "[store]") {
    std::set<std::string> names;
    for (const auto kind : kKinds) names.insert(toString(kind));
    for (const auto placement : kPlacements) names.insert(toString(placement));

    CHECK(names == std::set<std::string>{"statement", "flag", "correction", "provenance",
                                         "remove-copy", "nowhere", "ehr", "local-companion",
                                         "remote-companion"});
    CHECK_FALSE(isInCompanion(Placement::Nowhere));
    CHECK_FALSE(isInCompanion(Placement::Ehr));
    CHECK(isInCompanion(Placement::LocalCompanion));
    CHECK(isInCompanion(Placement::RemoteCompanion));
}

TEST_CASE("outbox entry: the database takes no kind and no placement but these", "[store]") {
    test::Store store;
    REQUIRE(test::insert(store.database, test::entry("a")));

    for (const std::string column : {"kind", "placement"})
        CHECK(test::errorKindOf([&] {
                  store.database.transaction([&](Poco::Data::Session& session) {
                      session << "UPDATE outbox SET " + column + " = 'companion'", now;
                  });
              }).has_value());
    CHECK(OutboxTable(store.database).find("a"));
}

TEST_CASE("outbox entry: what is reported late takes the place of a companion's alone", "[store]") {
    test::Store store;
    OutboxTable table(store.database);
    for (const auto first : kPlacements)
        for (const auto late : kPlacements) {
            const auto id = std::string(toString(first)) + " " + toString(late);
            REQUIRE(test::insert(store.database, test::entry(id)));
            auto entry = table.claim(kNoon, 60s, {id, ""}).value();
            entry.placement = first;
            table.markDelivered(entry);

            entry.placement = late;
            table.markDelivered(entry);

            const bool isReplaced = isInCompanion(first) && !isInCompanion(late);
            CHECK(table.find(id)->placement == (isReplaced ? late : first));
        }
}

TEST_CASE("outbox entry: the receipt of what our own store alone holds is never deleted",
          "[store]") {
    test::Store store;
    OutboxTable table(store.database);
    for (const auto placement : kPlacements) {
        REQUIRE(test::insert(store.database, test::entry(toString(placement))));
        place(store.database, toString(placement), placement, "Observation/9");
    }

    CHECK(table.prune(OutboxState::Delivered, kNoon) == 0);
    CHECK(table.prune(OutboxState::Delivered, kNoon + 1ms) == 3);
    REQUIRE(table.list(true, 10).size() == 1);
    CHECK(table.find("local-companion"));
}

TEST_CASE("outbox entry: a statement names its place in the EHR, and goes once others hold it",
          "[store]") {
    const auto placement = GENERATE(from_range(kPlacements));
    test::Store store;
    captured(store.database, placement, "Observation/9");
    StatementTable table(store.database);

    const auto statements = table.ofPatients("general", {test::statement().patient});

    REQUIRE(statements.size() == 1);
    CHECK(
        statements.front().location ==
        (placement == Placement::Ehr ? std::optional<std::string>("Observation/9") : std::nullopt));
    CHECK(table.pruneDelivered(kNoon + 1ms) == (placement == Placement::LocalCompanion ? 0 : 1));
}

TEST_CASE("outbox entry: a statement in error stays until its own place says so", "[store]") {
    const auto [original, correction, isDeleted] = GENERATE(table<Placement, Placement, bool>({
        {Placement::Ehr, Placement::Ehr, true},
        {Placement::Ehr, Placement::LocalCompanion, false},
        {Placement::Ehr, Placement::RemoteCompanion, false},
        {Placement::Ehr, Placement::Nowhere, false},
        {Placement::RemoteCompanion, Placement::RemoteCompanion, true},
        {Placement::RemoteCompanion, Placement::LocalCompanion, false},
        {Placement::LocalCompanion, Placement::LocalCompanion, false},
    }));
    test::Store store;
    const auto id = captured(store.database, original, kAddress);
    const auto statement = test::statement();
    REQUIRE(plugin::outbox::withdrawStatement(store.database, "general", statement.patient,
                                              statement.id, kNoon));
    StatementTable statements(store.database);
    CHECK(statements.pruneDelivered(kNoon + 1ms) == 0);  // its correction is on its way
    place(store.database, plugin::outbox::withdrawalId(statement.id), correction, kAddress);

    CHECK(statements.pruneDelivered(kNoon + 1ms) == (isDeleted ? 1 : 0));
}

}  // namespace outbox_entry_test
