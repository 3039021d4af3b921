#include "plugin/service/operations.h"

#include "plugin/api/live.h"
#include "plugin/audit/audit_export_table.h"
#include "plugin/audit/trail.h"
#include "plugin/cds/cds_table.h"
#include "plugin/service/metrics.h"
#include "plugin/settings/settings.h"
#include "plugin/store/database.h"
#include "plugin/store/tables/outbox_table.h"

namespace plugin::service {
namespace {

/// Ready means that a statement could be written down now, not that an EHR answers: words are
/// taken and kept while the EHR is away.
http_server::Response readiness(store::Database& database) {
    const auto [waiting, failed] = store::OutboxTable(database).counts();
    return http_server::Response::json(200, R"({"status":"ready","outboxWaiting":)" +
                                                std::to_string(waiting) + R"(,"outboxFailed":)" +
                                                std::to_string(failed) + "}");
}

/// Whether an EHR is still asked, or left alone until it answers again.
void addBreaker(Metrics& metrics, const std::string& id, const fhir::CircuitBreaker& breaker) {
    using State = fhir::CircuitBreaker::State;
    const auto now = breaker.state();
    for (const auto state : {State::Closed, State::Open, State::HalfOpen})
        metrics.set("whatmatters_connection_breaker",
                    "1 for the state of the circuit breaker before an EHR.",
                    {{"connection", id}, {"state", fhir::toString(state)}}, state == now ? 1 : 0);
    metrics.set("whatmatters_connection_breaker_openings",
                "How often it has opened since the service started.", {{"connection", id}},
                static_cast<double>(breaker.openings()));
}

/// How often cards were shown, and what became of them; none of it by person.
void addCards(Metrics& metrics, store::Database& database) {
    for (const auto& one : cds::CdsTable(database).counts(fhir::Instant{}))
        metrics.set("whatmatters_cds_cards",
                    "Cards that are remembered, by what became of them and why.",
                    {{"connection", one.connection},
                     {"service", one.service},
                     {"kind", one.kind},
                     {"outcome", one.outcome},
                     {"reason", one.reason}},
                    static_cast<double>(one.cards));
}

/// Whether what is read gets on record.
void addTrail(Metrics& metrics, store::Database& database, const audit::Trail& trail,
              const std::string& repository) {
    const auto counts = trail.counts();
    metrics.set("whatmatters_audit_waiting", "Reads that are not on record yet.", {},
                static_cast<double>(counts.waiting));
    metrics.set("whatmatters_audit_written",
                "Reads that were put on record since the service started.", {},
                static_cast<double>(counts.written));
    metrics.set("whatmatters_audit_lost",
                "Reads that could not be put on record since the service started: must be 0.", {},
                static_cast<double>(counts.lost));
    if (!repository.empty())
        metrics.set("whatmatters_audit_export_waiting",
                    "Events that the repository of the audit trail does not have yet.", {},
                    static_cast<double>(audit::AuditExportTable(database).behind(repository)));
}

/// How much waits, and for how long.
void addOutbox(Metrics& metrics, store::Database& database, const Connections& connections) {
    const auto now = std::chrono::system_clock::now();
    const auto set = [&](const std::string& connection, store::OutboxState state, int entries,
                         std::chrono::duration<double> age) {
        const Metrics::Labels labels{{"connection", connection}, {"state", store::toString(state)}};
        metrics.set("whatmatters_outbox_entries", "Entries that wait, failed, or are in doubt.",
                    labels, entries);
        metrics.set("whatmatters_outbox_oldest_seconds", "Age of the oldest of them.", labels,
                    age.count());
    };
    for (const auto& [id, connection] : connections)
        for (const auto state :
             {store::OutboxState::Waiting, store::OutboxState::Failed, store::OutboxState::InDoubt})
            set(id, state, 0, {});
    for (const auto& pile : store::OutboxTable(database).backlog())
        set(pile.connection, pile.state, pile.entries, now - pile.oldest);
}

http_server::Response metricsOf(const OperationsUses& uses, Metrics& metrics) {
    for (const auto& [id, connection] : uses.connections) {
        addBreaker(metrics, id, *connection.breaker);
        metrics.set("whatmatters_connection_remarks",
                    "What the EHR said beside its answers (information, warning), since the start.",
                    {{"connection", id}},
                    static_cast<double>(connection.adapter->client().remarks().count() +
                                        connection.backgroundAdapter->client().remarks().count()));
    }
    addOutbox(metrics, uses.database, uses.connections);
    addCards(metrics, uses.database);
    addTrail(metrics, uses.database, uses.trail, uses.settings.auditRepository);
    metrics.set("whatmatters_live_pages", "Open pages that are told of changes.", {},
                static_cast<double>(uses.live.count()));
    http_server::Response response;
    response.status = 200;
    response.headers.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    response.body = metrics.text();
    return response;
}

}  // namespace

void addLiveness(http_server::Router& router) {
    router.add("GET", "/health/live", [](const http_server::Request&) {
        return http_server::Response::json(200, R"({"status":"live"})");
    });
}

void addOperations(http_server::Router& router, const OperationsUses& uses, Metrics& metrics) {
    addLiveness(router);
    router.add("GET", "/health/ready",
               [uses](const http_server::Request&) { return readiness(uses.database); });
    router.add("GET", "/metrics",
               [uses, &metrics](const http_server::Request&) { return metricsOf(uses, metrics); });
}

}  // namespace plugin::service
