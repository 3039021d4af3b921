#include "plugin/service/maintenance.h"

#include "plugin/outbox/capture.h"
#include "tests/support/statements.h"
#include "tests/support/store_fixture.h"

namespace maintenance_test {

using namespace plugin::store;
using plugin::service::maintain;
using namespace std::chrono_literals;
using test::kNoon;

namespace {

/// Writes a statement down and lets it end so.
std::string write(Database& database, int number, OutboxState state, Placement placement,
                  fhir::Instant at) {
    auto statement = test::statement();
    statement.id.back() = static_cast<char>('0' + number);
    statement.patient += std::to_string(number);  // none waits for another
    statement.said = fhir::DateTime::fromInstant(at);
    plugin::outbox::captureStatement(database, "general", statement, false, at);
    OutboxTable outbox(database);
    const auto id = plugin::outbox::entryId(statement.id);
    auto entry = *outbox.claim(at, 60s, {id, ""});
    entry.placement = placement;
    if (state == OutboxState::Delivered) outbox.markDelivered(entry);
    if (state == OutboxState::Failed) outbox.markFailed(entry);
    if (state == OutboxState::Discarded) outbox.discard(id, "said twice");
    return statement.id;
}

}  // namespace

TEST_CASE("maintenance: what is in the chart goes when its time is over, all else stays",
          "[store]") {
    test::Store store;
    auto& database = store.database;
    const auto old = kNoon - std::chrono::days(500);
    const auto charted = write(database, 1, OutboxState::Delivered, Placement::Ehr, old);
    const auto kept = write(database, 2, OutboxState::Delivered, Placement::LocalCompanion, old);
    const auto failed = write(database, 3, OutboxState::Failed, Placement::Nowhere, old);
    const auto waiting = write(database, 4, OutboxState::Waiting, Placement::Nowhere, old);
    const auto discarded = write(database, 5, OutboxState::Discarded, Placement::Nowhere, old);
    const auto recent = write(database, 6, OutboxState::Delivered, Placement::Ehr, kNoon);

    const auto done = maintain(database, {}, kNoon);

    CHECK(done.statements == 1);
    CHECK(done.entries == 2);
    const StatementTable statements(database);
    const OutboxTable outbox(database);
    CHECK_FALSE(statements.find("general", charted));
    for (const auto& id : {kept, failed, waiting, discarded, recent})
        CHECK(statements.find("general", id));
    for (const auto& id : {charted, discarded})
        CHECK_FALSE(outbox.find(plugin::outbox::entryId(id)));
    for (const auto& id : {kept, failed, waiting, recent})
        CHECK(outbox.find(plugin::outbox::entryId(id)));
    const auto again = maintain(database, {}, kNoon);
    CHECK(again.statements + again.entries + again.resealed == 0);
}

TEST_CASE("maintenance: what an instance sealed by an older key is sealed anew", "[store]") {
    test::Store store;
    auto& database = store.database;
    write(database, 1, OutboxState::Waiting, Placement::Nowhere, kNoon);
    Database(store.empty.options).vault().makeDataKey(kNoon);

    // The statement, its entry, and the event that tells of it.
    CHECK(maintain(database, {}, kNoon).resealed == 3);
}

}  // namespace maintenance_test
