#include "plugin/store/tables/outbox_table.h"

#include "fhir/base/error.h"
#include "plugin/domain/patient_references.h"
#include "plugin/domain/statement.h"
#include "plugin/store/tables/companion_table.h"
#include "plugin/store/tables/merge_table.h"
#include "plugin/store/tables/outbox_row.h"

namespace plugin::store {
namespace {

using namespace Poco::Data::Keywords;

constexpr const char* kTakenBack = "taken back before it was sent";

/// The other waiting entries that this one may not overtake: earlier ones of its key. Whatever of
/// its key is being sent holds it up as well: one at a time, also after a person's retry has put
/// an old entry back before a newer one. $1 is now.
const std::string kMayGo =
    " state = 'waiting' AND NOT EXISTS (SELECT 1 FROM outbox AS other "
    "WHERE other.connection = outbox.connection AND other.business_key = outbox.business_key "
    "AND other.state = 'waiting' AND other.id <> outbox.id "
    "AND (other.sequence < outbox.sequence OR other.leased_until > $1)) ";

struct BacklogRow {
    std::string connection, state;
    int inDoubt = 0;
    int entries = 0;
    std::int64_t oldest = 0;

    template <class Self>
    static auto columns(Self& row) {
        return std::tie(row.connection, row.state, row.inDoubt, row.entries, row.oldest);
    }
};

std::optional<EntryRow> findRow(Poco::Data::Session& session, std::string id) {
    return rowOf<EntryRow>(
        (session << "SELECT " + kEntryColumns + " FROM outbox WHERE id = $1", use(id)));
}

/// ",general,other,", in which a connection is found by its name between commas.
std::string listed(const std::vector<std::string>& connections) {
    std::string text = ",";
    for (const auto& connection : connections) text += connection + ",";
    return text;
}

std::string lockOf(const std::string& keyHash) {
    return "outbox/" + keyHash;
}

bool mayGo(Poco::Data::Session& session, std::int64_t at, std::string id) {
    int count = 0;
    session << "SELECT COUNT(*) FROM outbox WHERE" + kMayGo +
                   "AND next_attempt <= $1 AND leased_until <= $1 AND id = $2",
        into(count), use(at), use(id), now;
    return count == 1;
}

}  // namespace

std::string patientKey(const std::string& patient, domain::Aspect aspect) {
    return "patient/" + patient + "/" + domain::toString(aspect);
}

bool OutboxTable::insert(Poco::Data::Session& session, const OutboxEntry& entry) {
    auto row = toRow(entry);
    seal(row, database_.vault());
    // Until this transaction ends, nobody else puts an entry of this key into the outbox: the
    // numbers of a key stand in the order in which its entries are committed.
    database_.lock(session, lockOf(row.businessKey));
    if (findRow(session, entry.id)) return false;
    std::int64_t sequence = 0;
    if (database_.engine() == Options::Engine::PostgreSql)
        session << "SELECT nextval('outbox_sequence')", into(sequence), now;
    else
        session << "SELECT COALESCE(MAX(sequence), 0) + 1 FROM outbox", into(sequence), now;
    session << "INSERT INTO outbox (sequence, " + kEntryColumns + ") VALUES (" + parameters(23) +
                   ")",
        use(sequence), use(row), now;
    return true;
}

std::optional<OutboxEntry> OutboxTable::find(const std::string& id) const {
    std::optional<OutboxEntry> result;
    database_.read([&](Poco::Data::Session& session) {
        if (auto row = findRow(session, id)) result = toEntry(*std::move(row), database_.vault());
    });
    return result;
}

std::vector<OutboxEntry> OutboxTable::list(bool all, int limit) const {
    std::vector<OutboxEntry> result;
    database_.read([&](Poco::Data::Session& session) {
        const std::string which = all ? "" : "WHERE state IN ('waiting', 'failed') ";
        auto rows = rowsOf<EntryRow>((session << "SELECT " + kEntryColumns + " FROM outbox " +
                                                     which + "ORDER BY sequence LIMIT $1",
                                      use(limit)));
        for (auto& row : rows) result.push_back(toEntry(std::move(row), database_.vault()));
    });
    return result;
}

std::optional<OutboxEntry> OutboxTable::claim(fhir::Instant at, std::chrono::seconds lease,
                                              const OnlyEntries& only) {
    std::optional<OutboxEntry> result;
    database_.transaction([&](Poco::Data::Session& session) {
        auto moment = toMilliseconds(at);
        auto until = toMilliseconds(at + lease);
        auto id = only.id;
        auto of = only.connection;
        auto without = listed(only.without);
        const bool isShared = database_.engine() == Options::Engine::PostgreSql;
        auto row = rowOf<EntryRow>(
            (session << "SELECT " + kEntryColumns + " FROM outbox WHERE" + kMayGo +
                            "AND next_attempt <= $1 AND leased_until <= $1 "
                            "AND ($2 = '' OR id = $2) AND ($3 = '' OR connection = $3) "
                            "AND $4 NOT LIKE '%,' || connection || ',%' ORDER BY sequence LIMIT 1" +
                            (isShared ? " FOR UPDATE SKIP LOCKED" : ""),
             use(moment), use(id), use(of), use(without)));
        if (!row) return;
        // Another instance may have taken, or put back, an entry of this key since that read. With
        // the key locked, a second look tells; and who cannot have the lock comes again.
        if (isShared && (!database_.tryLock(session, lockOf(row->businessKey)) ||
                         !mayGo(session, moment, row->id)))
            return;
        session << "UPDATE outbox SET attempts = attempts + 1, may_be_there = 1, "
                   "leased_until = $1 WHERE id = $2",
            use(until), use(row->id), now;
        row->attempts += 1;
        row->leasedUntil = until;
        result = toEntry(*std::move(row), database_.vault());
    });
    return result;
}

bool OutboxTable::isHeld(Poco::Data::Session& session, const OutboxEntry& entry) {
    auto row = toRow(entry);
    // Written, not read: that holds the row until the transaction ends, on either engine.
    Poco::Data::Statement touch(session);
    touch << "UPDATE outbox SET leased_until = leased_until "
             "WHERE id = $1 AND state = 'waiting' AND leased_until = $2",
        use(row.id), use(row.leasedUntil);
    return touch.execute() != 0;
}

void OutboxTable::markDelivered(const OutboxEntry& entry, const Also& also) {
    // Whoever reports it: it is there, and nothing that happened to the row meanwhile undoes that.
    // Should a request have been on its way for longer than a lease, while another sender found no
    // place but the companion, the chart is the one place.
    auto row = toRow(entry);
    int isKept = isInCompanion(entry.placement) ? 1 : 0;
    database_.transaction([&](Poco::Data::Session& session) {
        Poco::Data::Statement update(session);
        update << "UPDATE outbox SET state = 'delivered', may_be_there = 0, leased_until = 0, "
                  "last_error = '', placement = $1, route = $2, location = $3, remark = $4, "
                  "skipped = $5 WHERE id = $6 AND (state <> 'delivered' OR ($7 = 0 AND "
                  "placement IN ('local-companion', 'remote-companion')))",
            use(row.placement), use(row.route), use(row.location), use(row.remark),
            use(row.skipped), use(row.id), use(isKept);
        const bool isNew = update.execute() != 0;
        // Of a correction: what an earlier try, cut off, left there in the EHR's stead.
        if (!isInCompanion(entry.placement))
            CompanionTable::forget(session, entry.resourceType,
                                   entry.kind == EntryKind::Correction ? entry.corrects : entry.id);
        if (isNew && also) also(session);
    });
}

void OutboxTable::takeBack(Poco::Data::Session& session, const std::string& id,
                           const std::string& correction) {
    auto which = id;
    auto by = correction;
    std::string why = kTakenBack;
    session << "UPDATE outbox SET corrected_by = $1 WHERE id = $2", use(by), use(which), now;
    session << "UPDATE outbox SET state = 'discarded', last_error = $1 "
               "WHERE id = $2 AND state IN ('waiting', 'failed') AND may_be_there = 0",
        use(why), use(which), now;
}

bool OutboxTable::markUnsent(const OutboxEntry& entry) {
    auto row = toRow(entry);
    std::string why = kTakenBack;
    std::size_t changed = 0;
    database_.transaction([&](Poco::Data::Session& session) {
        Poco::Data::Statement update(session);
        update << "UPDATE outbox SET state = 'discarded', may_be_there = 0, leased_until = 0, "
                  "last_error = $1, skipped = $2 "
                  "WHERE id = $3 AND state <> 'delivered' AND leased_until = $4",
            use(why), use(row.skipped), use(row.id), use(row.leasedUntil);
        changed = update.execute();
    });
    return changed != 0;
}

bool OutboxTable::markRetry(const OutboxEntry& entry, bool inDoubt) {
    auto row = toRow(entry);
    // A doubt of an earlier try stays: this one did not clear it, or it would have been delivered.
    int mayBeThere = entry.mayBeThere || inDoubt ? 1 : 0;
    std::size_t changed = 0;
    database_.transaction([&](Poco::Data::Session& session) {
        Poco::Data::Statement update(session);
        update << "UPDATE outbox SET next_attempt = $1, may_be_there = $2, leased_until = 0, "
                  "last_error = $3, skipped = $4, attempts = $5 "
                  "WHERE id = $6 AND state = 'waiting' AND leased_until = $7",
            use(row.nextAttempt), use(mayBeThere), use(row.lastError), use(row.skipped),
            use(row.attempts), use(row.id), use(row.leasedUntil);
        changed = update.execute();
    });
    return changed != 0;
}

bool OutboxTable::markFailed(const OutboxEntry& entry, const Also& also) {
    auto row = toRow(entry);
    std::size_t changed = 0;
    database_.transaction([&](Poco::Data::Session& session) {
        Poco::Data::Statement update(session);
        update << "UPDATE outbox SET state = 'failed', may_be_there = $1, in_doubt = $2, "
                  "leased_until = 0, last_error = $3, skipped = $4 "
                  "WHERE id = $5 AND state = 'waiting' AND leased_until = $6",
            use(row.mayBeThere), use(row.inDoubt), use(row.lastError), use(row.skipped),
            use(row.id), use(row.leasedUntil);
        changed = update.execute();
        if (changed != 0 && also) also(session);
    });
    return changed != 0;
}

std::vector<std::string> OutboxTable::move(Poco::Data::Session& session, const PatientMove& move) {
    const auto& vault = database_.vault();
    std::vector<std::string> moved;
    for (const auto aspect : domain::allAspects()) {
        const auto keyOf = [&](const std::string& patient) {
            return move.connection + "/" + patientKey(patient, aspect);
        };
        auto key = vault.hash("outbox/business_key", keyOf(move.from));
        auto moment = toMilliseconds(move.now);
        auto rows = rowsOf<EntryRow>(
            (session << "SELECT " + kEntryColumns +
                            " FROM outbox WHERE business_key = $1 "
                            "AND state IN ('waiting', 'failed') AND leased_until <= $2",
             use(key), use(moment)));
        if (rows.empty()) continue;
        database_.lock(session, lockOf(key));
        database_.lock(session, lockOf(vault.hash("outbox/business_key", keyOf(move.to))));
        for (auto& row : rows) {
            if (!move.takes(row.id)) continue;
            open(row, vault);
            row.resource = domain::withPatient(std::move(row.resource), move.from, move.to);
            row.businessKey = keyOf(move.to);
            seal(row, vault);
            Poco::Data::Statement update(session);
            update << "UPDATE outbox SET resource = $1, business_key = $2 "
                      "WHERE id = $3 AND leased_until <= $4",
                use(row.resource), use(row.businessKey), use(row.id), use(moment);
            if (update.execute() != 0) moved.push_back(row.id);
        }
    }
    return moved;
}

std::vector<std::string> OutboxTable::deliveredAmong(Poco::Data::Session& session,
                                                     const std::set<std::string>& ids) {
    std::vector<std::string> places;
    for (const auto& id : ids)
        if (const auto row = findRow(session, id); row &&
                                                   row->state == toString(OutboxState::Delivered) &&
                                                   row->placement == toString(Placement::Ehr))
            places.push_back(row->location);
    return places;
}

bool OutboxTable::retry(const std::string& id, fhir::Instant at, bool isNotThere) {
    std::size_t changed = 0;
    database_.transaction([&](Poco::Data::Session& session) {
        auto moment = toMilliseconds(at);
        auto which = id;
        const auto row = findRow(session, id);
        if (!row) return;
        database_.lock(session, lockOf(row->businessKey));  // see claim
        Poco::Data::Statement update(session);
        int mayBeThere = isNotThere ? 0 : 1;
        update << "UPDATE outbox SET state = 'waiting', in_doubt = 0, next_attempt = $1, "
                  "waiting_since = $2, may_be_there = may_be_there * $3 "
                  "WHERE id = $4 AND state IN ('waiting', 'failed') "
                  "AND ($3 = 1 OR in_doubt = 1)",
            use(moment), use(moment), use(mayBeThere), use(which);
        changed = update.execute();
    });
    return changed != 0;
}

bool OutboxTable::discard(const std::string& id, const std::string& why) {
    std::size_t changed = 0;
    database_.transaction([&](Poco::Data::Session& session) {
        auto which = id;
        auto reason = why;
        Poco::Data::Statement update(session);
        update << "UPDATE outbox SET state = 'discarded', leased_until = 0, last_error = $1 "
                  "WHERE id = $2 AND state IN ('waiting', 'failed')",
            use(reason), use(which);
        changed = update.execute();
    });
    return changed != 0;
}

std::size_t OutboxTable::prune(OutboxState state, fhir::Instant before) {
    std::size_t pruned = 0;
    if (state != OutboxState::Delivered && state != OutboxState::Discarded) return pruned;
    database_.transaction([&](Poco::Data::Session& session) {
        std::string which = toString(state);
        auto moment = toMilliseconds(before);
        Poco::Data::Statement remove(session);
        remove << "DELETE FROM outbox WHERE state = $1 AND created < $2 "
                  "AND placement <> 'local-companion'",
            use(which), use(moment);
        pruned = remove.execute();
    });
    return pruned;
}

std::vector<OutboxTable::Backlog> OutboxTable::backlog() const {
    std::vector<Backlog> backlog;
    database_.read([&](Poco::Data::Session& session) {
        auto rows = rowsOf<BacklogRow>(
            (session << "SELECT connection, state, in_doubt, COUNT(*), MIN(created) FROM outbox "
                        "WHERE state IN ('waiting', 'failed') "
                        "GROUP BY connection, state, in_doubt"));
        for (auto& row : rows)
            backlog.push_back({std::move(row.connection), stateOf(row.state, row.inDoubt != 0),
                               row.entries, toInstant(row.oldest)});
    });
    return backlog;
}

std::pair<int, int> OutboxTable::counts() const {
    std::pair<int, int> result;
    database_.read([&](Poco::Data::Session& session) {
        session << "SELECT COUNT(*) FROM outbox WHERE state = 'waiting'", into(result.first), now;
        session << "SELECT COUNT(*) FROM outbox WHERE state = 'failed'", into(result.second), now;
    });
    return result;
}

std::optional<fhir::Instant> OutboxTable::nextDue(fhir::Instant at, const OnlyEntries& only) const {
    std::int64_t due = 0;
    int waiting = 0;
    database_.read([&](Poco::Data::Session& session) {
        auto moment = toMilliseconds(at);
        auto id = only.id;
        auto of = only.connection;
        auto without = listed(only.without);
        session << "SELECT COUNT(*), COALESCE(MIN(CASE WHEN leased_until > next_attempt "
                   "THEN leased_until ELSE next_attempt END), 0) FROM outbox WHERE" +
                       kMayGo +
                       "AND ($2 = '' OR id = $2) AND ($3 = '' OR connection = $3) "
                       "AND $4 NOT LIKE '%,' || connection || ',%'",
            into(waiting), into(due), use(moment), use(id), use(of), use(without), now;
    });
    return waiting == 0 ? std::nullopt : std::optional(toInstant(due));
}

std::size_t OutboxTable::reseal(Poco::Data::Session& session, const Vault& vault, int limit) {
    return resealSome<EntryRow>(session, vault, kEntryColumns, limit);
}

}  // namespace plugin::store
