#include "plugin/store/tables/merge_table.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "fhir/base/error.h"
#include "plugin/store/sealing/sealed_row.h"
#include "plugin/store/tables/companion_table.h"
#include "plugin/store/tables/outbox_table.h"
#include "plugin/store/tables/statement_table.h"
#include "plugin/store/tables/ward_table.h"

namespace plugin::store {
namespace {

using namespace Poco::Data::Keywords;

const std::string kMergeColumns =
    "connection, patient_hash, survivor, since, state, patient, moved";

constexpr std::string_view kStatement = "statement/", kEntry = "outbox/", kKept = "companion/";

struct MergeRow {
    static constexpr const char* kTable = "patient_merge";

    std::string connection, patientHash, survivor;
    std::int64_t since = 0;
    std::string state, patient, moved;

    std::vector<Field> keyFields() {
        return {{"connection", &connection}, {"patient_hash", &patientHash}};
    }
    std::vector<Field> sealedFields() { return {{"survivor", &survivor}, {"patient", &patient}}; }
    std::vector<Field> hashFields() { return {}; }
    void hash(const Vault& /*vault*/) {}  // a part of its key

    template <class Self>
    static auto columns(Self& row) {
        return std::tie(row.connection, row.patientHash, row.survivor, row.since, row.state,
                        row.patient, row.moved);
    }
};

MergeState stateIn(const MergeRow& row) {
    for (const auto state : {MergeState::Said, MergeState::Followed, MergeState::Undone})
        if (row.state == toString(state)) return state;
    throw fhir::Error(fhir::ErrorKind::Internal, "a merge of two records is in no known state");
}

std::optional<MergeRow> findMerge(Poco::Data::Session& session, const Vault& vault,
                                  std::string connection, const std::string& patient) {
    auto who = MergeTable::hashOf(vault, connection, patient);
    auto row = rowOf<MergeRow>((session << "SELECT " + kMergeColumns +
                                               " FROM patient_merge "
                                               "WHERE connection = $1 AND patient_hash = $2",
                                use(connection), use(who)));
    if (row) open(*row, vault);
    return row;
}

/// Whose record took this one's place; nullopt where no merge was followed.
std::optional<std::string> survivorOf(Poco::Data::Session& session, const Vault& vault,
                                      const std::string& connection, const std::string& patient) {
    auto row = findMerge(session, vault, connection, patient);
    if (!row || stateIn(*row) != MergeState::Followed) return std::nullopt;
    return std::move(row->survivor);
}

std::vector<std::string> chainOf(Poco::Data::Session& session, const Vault& vault,
                                 const std::string& connection, const std::string& patient) {
    std::vector<std::string> ids{patient};
    for (int steps = 0; steps < MergeTable::kStepsMax; ++steps) {
        auto next = survivorOf(session, vault, connection, ids.back());
        if (!next) break;
        ids.push_back(*std::move(next));
    }
    return ids;
}

std::string last(Poco::Data::Session& session, const Vault& vault, const std::string& connection,
                 const std::string& patient) {
    return chainOf(session, vault, connection, patient).back();
}

/// An open row into the table, in place of what is there.
void put(Poco::Data::Session& session, const Vault& vault, MergeRow row) {
    seal(row, vault);
    session << "INSERT INTO patient_merge (" + kMergeColumns + ") VALUES (" + parameters(7) +
                   ") ON CONFLICT (connection, patient_hash) DO UPDATE SET "
                   "survivor = excluded.survivor, since = excluded.since, state = excluded.state, "
                   "patient = excluded.patient, moved = excluded.moved",
        use(row), now;
}

void addLines(std::string& lines, std::string_view kind, const std::vector<std::string>& ids) {
    for (const auto& id : ids) lines += std::string(kind) + id + "\n";
}

/// The ids of one kind among what was moved.
std::set<std::string> idsIn(const std::string& lines, std::string_view kind) {
    std::set<std::string> ids;
    for (std::size_t at = 0, end = 0; (end = lines.find('\n', at)) != lines.npos; at = end + 1)
        if (const auto line = std::string_view(lines).substr(at, end - at); line.starts_with(kind))
            ids.emplace(line.substr(kind.size()));
    return ids;
}

}  // namespace

const char* toString(MergeState state) noexcept {
    switch (state) {
        case MergeState::Said:
            return "said";
        case MergeState::Followed:
            return "followed";
        case MergeState::Undone:
            return "undone";
    }
    return "";
}

MergeState MergeTable::hear(const std::string& connection, const std::string& from,
                            const std::string& to, fhir::Instant at) {
    auto heard = MergeState::Said;
    const auto& vault = database_.vault();
    database_.transaction([&](Poco::Data::Session& session) {
        heard = MergeState::Said;
        database_.lock(session, "merge/" + connection);
        const auto row = findMerge(session, vault, connection, from);
        if (row && (row->survivor == to || stateIn(*row) == MergeState::Followed)) {
            heard = stateIn(*row);
            if (heard == MergeState::Said && at - toInstant(row->since) >= kAskedAgainAfter)
                heard = MergeState::Followed;
            return;
        }
        put(session, vault,
            {connection, hashOf(vault, connection, from), to, toMilliseconds(at),
             toString(MergeState::Said), from, row ? row->moved : std::string()});
    });
    return heard;
}

MergeTable::Moved MergeTable::follow(const std::string& connection, const std::string& from,
                                     const std::string& to, fhir::Instant at,
                                     const std::function<void(Poco::Data::Session&)>& also) {
    Moved moved;
    const auto& vault = database_.vault();
    database_.transaction([&](Poco::Data::Session& session) {
        moved = {};
        database_.lock(session, "merge/" + connection);
        if (from == to || last(session, vault, connection, to) == from)
            throw fhir::Error(fhir::ErrorKind::Conflict,
                              "the EHR says of two records that each was merged into the other: "
                              "nothing was moved");
        const auto before = findMerge(session, vault, connection, from);
        moved.isNew = !before || stateIn(*before) != MergeState::Followed;
        MergeRow row{connection,
                     hashOf(vault, connection, from),
                     to,
                     moved.isNew ? toMilliseconds(at) : before->since,
                     toString(MergeState::Followed),
                     from,
                     before ? before->moved : std::string()};
        const PatientMove move{connection, from, to, at};
        const auto statements = StatementTable(database_).move(session, move);
        const auto entries = OutboxTable(database_).move(session, move);
        const auto kept = CompanionTable(database_).move(session, move);
        addLines(row.moved, kStatement, statements);
        addLines(row.moved, kEntry, entries);
        addLines(row.moved, kKept, kept);
        put(session, vault, std::move(row));
        moved.statements = statements.size();
        moved.entries = entries.size();
        moved.kept = kept.size();
        WardTable(database_).forgetPatient(session, connection, from);
        WardTable(database_).announcePatient(session, connection, to);
        if (also && (moved.isNew || moved.statements + moved.entries + moved.kept != 0))
            also(session);
    });
    return moved;
}

std::optional<MergeTable::Undone> MergeTable::undo(
    const std::string& connection, const std::string& patient, fhir::Instant at,
    const std::function<void(Poco::Data::Session&)>& also) {
    std::optional<Undone> undone;
    const auto& vault = database_.vault();
    database_.transaction([&](Poco::Data::Session& session) {
        undone.reset();
        database_.lock(session, "merge/" + connection);
        auto row = findMerge(session, vault, connection, patient);
        if (!row || stateIn(*row) != MergeState::Followed) return;
        undone = {row->survivor, {}, {}};
        // What was moved may have moved on with the survivor's own record.
        const auto holder = last(session, vault, connection, row->survivor);
        const auto statements = idsIn(row->moved, kStatement), entries = idsIn(row->moved, kEntry),
                   kept = idsIn(row->moved, kKept);
        const auto back = [&](const std::set<std::string>& ids) {
            return PatientMove{connection, holder, patient, at, &ids};
        };
        undone->back.statements = StatementTable(database_).move(session, back(statements)).size();
        undone->back.entries = OutboxTable(database_).move(session, back(entries)).size();
        undone->back.kept = CompanionTable(database_).move(session, back(kept)).size();
        undone->delivered = OutboxTable::deliveredAmong(session, entries);
        row->state = toString(MergeState::Undone);
        row->since = toMilliseconds(at);
        row->moved.clear();
        row->patient = patient;
        put(session, vault, *std::move(row));
        WardTable(database_).forgetPatient(session, connection, holder);
        WardTable(database_).announcePatient(session, connection, patient);
        if (also) also(session);
    });
    return undone;
}

std::vector<Merge> MergeTable::list(int limit) const {
    std::vector<Merge> result;
    database_.read([&](Poco::Data::Session& session) {
        result.clear();
        auto rows = rowsOf<MergeRow>((session << "SELECT " + kMergeColumns +
                                                     " FROM patient_merge ORDER BY since DESC, "
                                                     "patient_hash LIMIT $1",
                                      use(limit)));
        for (auto& row : rows) {
            open(row, database_.vault());
            result.push_back(
                {std::move(row.connection), std::move(row.patient), std::move(row.survivor),
                 stateIn(row), toInstant(row.since),
                 static_cast<std::size_t>(std::count(row.moved.begin(), row.moved.end(), '\n'))});
        }
    });
    return result;
}

std::vector<std::string> MergeTable::chain(const std::string& connection,
                                           const std::string& patient) const {
    std::vector<std::string> result;
    database_.read([&](Poco::Data::Session& session) {
        result = chainOf(session, database_.vault(), connection, patient);
    });
    return result;
}

std::string MergeTable::current(const std::string& connection, const std::string& patient) const {
    return chain(connection, patient).back();
}

std::string MergeTable::hashOf(const Vault& vault, const std::string& connection,
                               const std::string& patient) {
    return vault.hash("patient_merge/patient", connection + "/" + patient);
}

std::vector<std::string> MergeTable::hashesOf(const std::string& connection,
                                              const std::string& patient) const {
    const auto& vault = database_.vault();
    std::set<std::string> found{hashOf(vault, connection, current(connection, patient))};
    std::vector<MergeRow> rows;
    database_.read([&](Poco::Data::Session& session) {
        auto of = connection;
        rows = rowsOf<MergeRow>(
            (session << "SELECT " + kMergeColumns +
                            " FROM patient_merge WHERE connection = $1 AND state = 'followed'",
             use(of)));
    });
    for (auto& row : rows) open(row, vault);
    // As often as a chain may have steps: of an old record its hash alone is known.
    for (int steps = 0; steps < kStepsMax; ++steps)
        for (const auto& row : rows)
            if (found.count(hashOf(vault, connection, row.survivor)) != 0)
                found.insert(row.patientHash);
    return {found.begin(), found.end()};
}

std::size_t MergeTable::reseal(Poco::Data::Session& session, const Vault& vault, int limit) {
    return resealSome<MergeRow>(session, vault, kMergeColumns, limit);
}

}  // namespace plugin::store
