#include "plugin/audit/audit_table.h"

#include <algorithm>
#include <limits>

#include "fhir/base/error.h"
#include "fhir/base/log.h"
#include "plugin/store/sealing/sealed_row.h"
#include "plugin/store/tables/merge_table.h"

namespace plugin::audit {
namespace {

using namespace Poco::Data::Keywords;

const std::string kColumns = "sequence, id, recorded, patient_hash, event, previous, hash";
const std::string kHeadColumns = "trail, sequence, hash, pruned, pruned_hash, mac";
constexpr int kAtOnce = 1000;
/// What follows on a trail whose head cannot be trusted. Never the hash of anything: from there on
/// it stays broken for everybody to see, whatever is appended.
constexpr const char* kBroken = "broken";

struct EventRow {
    static constexpr const char* kTable = "audit_event";

    std::int64_t sequence = 0;
    std::string id;
    std::int64_t recorded = 0;
    std::string patientHash, event, previous, hash;

    std::string place() const { return std::string(kTable) + "/event/" + id; }
    /// `event` is open.
    std::string hashed(const store::Vault& vault) const {
        return vault.hash("audit_event/chain", previous + "\n" + std::to_string(sequence) + "\n" +
                                                   id + "\n" + std::to_string(recorded) + "\n" +
                                                   patientHash + "\n" + event);
    }

    template <class Self>
    static auto columns(Self& row) {
        return std::tie(row.sequence, row.id, row.recorded, row.patientHash, row.event,
                        row.previous, row.hash);
    }
};

struct HeadRow {
    std::string trail = "audit";
    std::int64_t sequence = 0;
    std::string hash;
    std::int64_t pruned = 0;
    std::string prunedHash, mac;

    std::string hashed(const store::Vault& vault) const {
        return vault.hash("audit_head/mac", trail + "\n" + std::to_string(sequence) + "\n" + hash +
                                                "\n" + std::to_string(pruned) + "\n" + prunedHash);
    }

    template <class Self>
    static auto columns(Self& row) {
        return std::tie(row.trail, row.sequence, row.hash, row.pruned, row.prunedHash, row.mac);
    }
};

std::optional<HeadRow> findHead(Poco::Data::Session& session) {
    return store::rowOf<HeadRow>((session << "SELECT " + kHeadColumns + " FROM audit_head"));
}

void save(Poco::Data::Session& session, const store::Vault& vault, HeadRow head) {
    head.mac = head.hashed(vault);
    session << "INSERT INTO audit_head (" + kHeadColumns + ") VALUES (" + store::parameters(6) +
                   ") ON CONFLICT (trail) DO UPDATE SET sequence = excluded.sequence, "
                   "hash = excluded.hash, pruned = excluded.pruned, "
                   "pruned_hash = excluded.pruned_hash, mac = excluded.mac",
        use(head), now;
}

/// Where the next event goes. A head that is not as we left it is not believed: then the trail goes
/// on, for care goes on, but visibly broken.
HeadRow headFor(Poco::Data::Session& session, const store::Vault& vault) {
    std::int64_t last = 0;
    session << "SELECT COALESCE(MAX(sequence), 0) FROM audit_event", into(last), now;
    auto head = findHead(session);
    const bool isNew = !head && last == 0;
    if (isNew) return {};
    const bool isOurs = head && head->mac == head->hashed(vault) &&
                        (last == head->sequence || (last == 0 && head->pruned == head->sequence));
    if (isOurs) return *std::move(head);
    fhir::log::error("audit-trail-broken",
                     {{"advice", "run \"whatmatters audit verify\": somebody has changed it"}});
    if (!head) head.emplace();
    head->sequence = std::max(head->sequence, last);
    head->hash = kBroken;
    return *std::move(head);
}

std::vector<EventRow> rowsAfter(Poco::Data::Session& session, std::int64_t after) {
    int most = kAtOnce;
    return store::rowsOf<EventRow>((session << "SELECT " + kColumns +
                                                   " FROM audit_event WHERE sequence > $1 "
                                                   "ORDER BY sequence LIMIT $2",
                                    use(after), use(most)));
}

/// One step after the other along the trail.
class Walk {
public:
    Walk(const store::Vault& vault, const HeadRow& head, const std::optional<AuditMark>& mark)
        : vault_(vault), head_(head), mark_(mark), at_{head.pruned, head.prunedHash} {
        compareMark();
    }

    /// False where the trail is broken there.
    bool step(EventRow row) {
        const auto next = at_.sequence + 1;
        if (row.sequence < next)
            return breaks(row.sequence, "stands where the trail was cut since, or had not begun");
        if (row.sequence > next)
            return breaks(
                next, "is missing: the next one that is there is " + std::to_string(row.sequence));
        try {
            row.event = vault_.open(row.event, row.place());
        } catch (const fhir::Error&) {
            return breaks(next, "was changed: what it says cannot be opened any more");
        }
        if (row.previous != at_.hash)
            return breaks(next,
                          "does not follow the one before: one of them was changed or moved, "
                          "or the head was not as it should be when it was written");
        if (row.hash != row.hashed(vault_)) return breaks(next, "was changed");
        at_ = {row.sequence, row.hash};
        if (verdict_.first == 0) verdict_.first = next;
        ++verdict_.events;
        verdict_.to = store::toInstant(row.recorded);
        if (!verdict_.from) verdict_.from = verdict_.to;
        return compareMark();
    }

    AuditVerdict end() {
        if (!verdict_.isWhole()) return verdict_;
        if (at_.sequence < head_.sequence)
            breaks(at_.sequence + 1, "is missing, and so are all after it up to " +
                                         std::to_string(head_.sequence) + ": the end was cut off");
        else if (at_.sequence > head_.sequence || at_.hash != head_.hash)
            breaks(at_.sequence, "is not the one that the head says is the last");
        else if (mark_ && mark_->sequence > at_.sequence)
            breaks(at_.sequence + 1, "is missing: it was on record when the mark was noted");
        verdict_.last = at_;
        return verdict_;
    }

    bool breaks(std::int64_t at, const std::string& why) {
        verdict_.brokenAt = std::max<std::int64_t>(at, 1);
        verdict_.why = "event " + std::to_string(verdict_.brokenAt) + " " + why;
        return false;
    }
    const AuditVerdict& verdict() const noexcept { return verdict_; }

private:
    bool compareMark() {
        if (!mark_ || mark_->sequence != at_.sequence || mark_->hash == at_.hash) return true;
        return breaks(at_.sequence, "is another one than when the mark was noted");
    }

    const store::Vault& vault_;
    const HeadRow& head_;
    const std::optional<AuditMark>& mark_;
    AuditMark at_;
    AuditVerdict verdict_;
};

}  // namespace

void AuditTable::append(Poco::Data::Session& session, const std::vector<AuditRecord>& records) {
    if (records.empty()) return;
    const auto& vault = database_.vault();
    database_.lock(session, "audit");
    auto head = headFor(session, vault);
    EventRow row;
    Poco::Data::Statement insert(session);
    insert << "INSERT INTO audit_event (" + kColumns + ") VALUES (" + store::parameters(7) + ")",
        use(row);
    for (const auto& record : records) {
        row = {.sequence = head.sequence + 1,
               .id = record.id,
               .recorded = store::toMilliseconds(record.recorded),
               .patientHash =
                   record.patient.empty()
                       ? std::string()
                       : store::MergeTable::hashOf(vault, record.connection, record.patient),
               .event = record.event,
               .previous = head.hash,
               .hash = {}};
        row.hash = row.hashed(vault);
        row.event = vault.seal(row.event, row.place());
        insert.execute();
        head.sequence = row.sequence;
        head.hash = row.hash;
    }
    save(session, vault, std::move(head));
}

std::vector<AuditRecord> AuditTable::list(const Filter& filter) const {
    auto after = filter.after;
    auto most = filter.limit;
    auto patients = filter.patients;
    std::vector<AuditRecord> result;
    database_.read([&](Poco::Data::Session& session) {
        result.clear();
        std::vector<EventRow> rows;
        Poco::Data::Statement query(session);
        query << "SELECT " + kColumns + " FROM audit_event WHERE sequence > $1" +
                     (patients.empty() ? std::string()
                                       : " AND patient_hash IN (" +
                                             store::parameters(patients.size(), 2) + ")") +
                     " ORDER BY sequence LIMIT $" + std::to_string(patients.size() + 2),
            use(after);
        for (auto& patient : patients) query, use(patient);
        query, use(most), into(rows);
        query.execute();
        for (auto& row : rows)
            result.push_back({.sequence = row.sequence,
                              .id = row.id,
                              .recorded = store::toInstant(row.recorded),
                              .event = database_.vault().open(row.event, row.place())});
    });
    return result;
}

std::vector<std::string> AuditTable::patientHashes(const std::string& connection,
                                                   const std::string& patient) const {
    return store::MergeTable(database_).hashesOf(connection, patient);
}

AuditVerdict AuditTable::verify(const std::optional<AuditMark>& mark) const {
    AuditVerdict verdict;
    database_.snapshot([&](Poco::Data::Session& session) {
        const auto& vault = database_.vault();
        const auto found = findHead(session);
        const auto head = found.value_or(HeadRow{});
        Walk walk(vault, head, mark);
        auto at = head.pruned;
        // Whatever is there, also what the head leaves out.
        auto rows = rowsAfter(session, std::numeric_limits<std::int64_t>::min());
        if (!found && !rows.empty())
            walk.breaks(rows.front().sequence, "follows nothing: the head of the trail is missing");
        else if (found && head.mac != head.hashed(vault))
            walk.breaks(head.pruned + 1, "follows a head that was changed");
        while (walk.verdict().isWhole() && !rows.empty()) {
            for (auto& row : rows) {
                at = row.sequence;
                if (!walk.step(std::move(row))) break;
            }
            if (walk.verdict().isWhole()) rows = rowsAfter(session, at);
        }
        verdict = walk.end();
    });
    return verdict;
}

std::size_t AuditTable::prune(fhir::Instant before) {
    const auto limit = store::toMilliseconds(before);
    std::size_t pruned = 0;
    bool mayGoOn = true;
    while (mayGoOn) {
        database_.transaction([&](Poco::Data::Session& session) {
            mayGoOn = false;
            database_.lock(session, "audit");
            auto head = findHead(session);
            if (!head || head->mac != head->hashed(database_.vault())) return;
            const auto rows = rowsAfter(session, head->pruned);
            const auto end = std::find_if(rows.begin(), rows.end(), [&](const EventRow& row) {
                return row.recorded >= limit;
            });
            if (end == rows.begin()) return;
            const auto& last = *std::prev(end);
            head->pruned = last.sequence;
            head->prunedHash = last.hash;
            session << "DELETE FROM audit_event WHERE sequence <= $1", use(head->pruned), now;
            save(session, database_.vault(), *std::move(head));
            pruned += static_cast<std::size_t>(end - rows.begin());
            mayGoOn = end == rows.end();
        });
    }
    return pruned;
}

std::size_t AuditTable::reseal(Poco::Data::Session& session, const store::Vault& vault, int limit) {
    auto mark = vault.currentMark();
    // As the index is written; "<>" would look through years.
    auto rows =
        store::rowsOf<EventRow>((session << "SELECT " + kColumns +
                                                " FROM audit_event WHERE substr(event, 1, 18) < "
                                                "$1 OR substr(event, 1, 18) > $1 LIMIT $2",
                                 use(mark), use(limit)));
    std::size_t sealed = 0;
    for (auto& row : rows) {
        auto before = row.event;
        try {
            row.event = vault.seal(vault.open(before, row.place()), row.place());
        } catch (const fhir::Error&) {
            continue;  // somebody has changed it: that is for `verify` to find
        }
        session << "UPDATE audit_event SET event = $1 WHERE sequence = $2 AND event = $3",
            use(row.event), use(row.sequence), use(before), now;
        ++sealed;
    }
    return sealed;
}

}  // namespace plugin::audit
