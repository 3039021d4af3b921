#include "plugin/audit/audit_export_table.h"

#include <algorithm>

#include "plugin/store/engine/row.h"

namespace plugin::audit {
namespace {

using namespace Poco::Data::Keywords;

struct ExportRow {
    std::int64_t sent = 0, inDoubt = 0, attempts = 0, leasedUntil = 0, due = 0;

    template <class Self>
    static auto columns(Self& row) {
        return std::tie(row.sent, row.inDoubt, row.attempts, row.leasedUntil, row.due);
    }
};

AuditExport find(Poco::Data::Session& session, std::string repository) {
    const auto row = store::rowOf<ExportRow>(
        (session << "SELECT sent, in_doubt, attempts, leased_until, due FROM audit_export "
                    "WHERE repository = $1",
         use(repository)));
    AuditExport state{.repository = std::move(repository)};
    if (!row) return state;
    state.sent = row->sent;
    state.inDoubt = row->inDoubt;
    state.attempts = row->attempts;
    state.leasedUntil = store::toInstant(row->leasedUntil);
    state.due = store::toInstant(row->due);
    return state;
}

}  // namespace

AuditExport AuditExportTable::state(const std::string& repository) const {
    AuditExport result;
    database_.read([&](Poco::Data::Session& session) { result = find(session, repository); });
    return result;
}

std::int64_t AuditExportTable::behind(const std::string& repository) const {
    std::int64_t last = 0;
    std::int64_t sent = 0;
    database_.read([&](Poco::Data::Session& session) {
        session << "SELECT COALESCE(MAX(sequence), 0) FROM audit_event", into(last), now;
        sent = find(session, repository).sent;
    });
    return std::max<std::int64_t>(last - sent, 0);
}

std::optional<AuditExport> AuditExportTable::claim(const std::string& repository, fhir::Instant at,
                                                   std::chrono::seconds lease) {
    std::optional<AuditExport> claimed;
    database_.transaction([&](Poco::Data::Session& session) {
        claimed.reset();
        auto which = repository;
        auto moment = store::toMilliseconds(at);
        auto until = store::toMilliseconds(at + lease);
        session << "INSERT INTO audit_export (repository, sent, in_doubt, attempts, leased_until, "
                   "due) VALUES ($1, 0, 0, 0, 0, 0) ON CONFLICT (repository) DO NOTHING",
            use(which), now;
        Poco::Data::Statement update(session);
        update << "UPDATE audit_export SET leased_until = $1 "
                  "WHERE repository = $2 AND leased_until <= $3 AND due <= $3",
            use(until), use(which), use(moment);
        if (update.execute() != 0) claimed = find(session, repository);
    });
    return claimed;
}

bool AuditExportTable::begin(const AuditExport& claimed, std::int64_t upTo) {
    std::size_t changed = 0;
    database_.transaction([&](Poco::Data::Session& session) {
        auto doubt = std::max(claimed.inDoubt, upTo);
        auto which = claimed.repository;
        auto until = store::toMilliseconds(claimed.leasedUntil);
        Poco::Data::Statement update(session);
        update << "UPDATE audit_export SET in_doubt = $1 "
                  "WHERE repository = $2 AND leased_until = $3",
            use(doubt), use(which), use(until);
        changed = update.execute();
    });
    return changed != 0;
}

bool AuditExportTable::finish(const AuditExport& done) {
    std::size_t changed = 0;
    database_.transaction([&](Poco::Data::Session& session) {
        auto sent = done.sent;
        auto attempts = done.attempts;
        auto due = store::toMilliseconds(done.due);
        auto which = done.repository;
        auto until = store::toMilliseconds(done.leasedUntil);
        Poco::Data::Statement update(session);
        update << "UPDATE audit_export SET sent = $1, attempts = $2, due = $3, leased_until = 0 "
                  "WHERE repository = $4 AND leased_until = $5",
            use(sent), use(attempts), use(due), use(which), use(until);
        changed = update.execute();
    });
    return changed != 0;
}

}  // namespace plugin::audit
