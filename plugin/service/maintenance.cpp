#include "plugin/service/maintenance.h"

#include <condition_variable>
#include <mutex>

#include "fhir/base/error.h"
#include "fhir/base/log.h"
#include "plugin/audit/audit_table.h"
#include "plugin/store/tables/companion_table.h"
#include "plugin/store/tables/enterer_table.h"
#include "plugin/store/tables/merge_table.h"
#include "plugin/store/tables/outbox_table.h"
#include "plugin/store/tables/statement_table.h"
#include "plugin/store/tables/ward_table.h"

namespace plugin::service {

namespace {

/// Every table that holds what is sealed.
constexpr store::ResealStep kSealedTables[] = {
    store::StatementTable::reseal, store::OutboxTable::reseal, store::CompanionTable::reseal,
    store::WardTable::reseal,      store::MergeTable::reseal,  audit::AuditTable::reseal,
    store::EntererTable::reseal,
};

}  // namespace

std::size_t resealAll(store::Database& database) {
    return database.reseal(kSealedTables);
}

std::unique_ptr<store::Database> openDatabase(const store::Options& options) {
    auto database = std::make_unique<store::Database>(options);
    resealAll(*database);
    return database;
}

Maintained maintain(store::Database& database, const store::Retention& retention,
                    fhir::Instant now) {
    Maintained done;
    store::OutboxTable outbox(database);
    // The statements first: their receipts tell which of them are in the chart.
    done.statements = store::StatementTable(database).pruneDelivered(now - retention.delivered);
    store::EntererTable(database).prune();
    done.entries = outbox.prune(store::OutboxState::Delivered, now - retention.delivered) +
                   outbox.prune(store::OutboxState::Discarded, now - retention.discarded);
    done.audited = audit::AuditTable(database).prune(now - retention.audit);
    database.vault().reload();
    done.resealed = resealAll(database);
    return done;
}

void runMaintenance(store::Database& database, const store::Retention& retention,
                    const std::stop_token& stop) {
    constexpr std::chrono::hours kInterval{1};
    std::mutex mutex;
    std::condition_variable_any never;
    while (!stop.stop_requested()) {
        try {
            const auto done = maintain(database, retention, std::chrono::system_clock::now());
            if (done.statements + done.entries + done.audited + done.resealed != 0)
                fhir::log::info("store-maintained",
                                {{"statements", std::to_string(done.statements)},
                                 {"entries", std::to_string(done.entries)},
                                 {"audited", std::to_string(done.audited)},
                                 {"resealed", std::to_string(done.resealed)}});
        } catch (const fhir::Error& error) {
            fhir::log::error("store-maintenance", {{"error", error.what()}});
        }
        std::unique_lock lock(mutex);
        never.wait_for(lock, stop, kInterval, [] { return false; });
    }
}

}  // namespace plugin::service
