#include "plugin/store/maintenance.h"

#include <condition_variable>
#include <mutex>

#include "fhir/base/error.h"
#include "fhir/base/log.h"
#include "plugin/store/audit_table.h"
#include "plugin/store/outbox_table.h"
#include "plugin/store/statement_table.h"
#include "plugin/store/typist_table.h"

namespace plugin::store {

Maintained maintain(Database& database, const Retention& retention, fhir::Instant now) {
    Maintained done;
    OutboxTable outbox(database);
    // The statements first: their receipts tell which of them are in the chart.
    done.statements = StatementTable(database).pruneDelivered(now - retention.delivered);
    TypistTable(database).prune();
    done.entries = outbox.prune(OutboxState::Delivered, now - retention.delivered) +
                   outbox.prune(OutboxState::Discarded, now - retention.discarded);
    done.audited = AuditTable(database).prune(now - retention.audit);
    database.vault().reload();
    done.resealed = database.reseal();
    return done;
}

void runMaintenance(Database& database, const Retention& retention, const std::stop_token& stop) {
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

}  // namespace plugin::store
