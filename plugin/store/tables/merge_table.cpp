#include "plugin/store/tables/merge_table.h"

#include <set>

#include "fhir/base/error.h"
#include "plugin/store/sealing/sealed_row.h"
#include "plugin/store/tables/companion_table.h"
#include "plugin/store/tables/outbox_table.h"
#include "plugin/store/tables/statement_table.h"
#include "plugin/store/tables/ward_table.h"

namespace plugin::store {
namespace {

using namespace Poco::Data::Keywords;

const std::string kMergeColumns = "connection, patient_hash, survivor, since";

struct MergeRow {
    static constexpr const char* kTable = "patient_merge";

    std::string connection, patientHash, survivor;
    std::int64_t since = 0;

    std::vector<Field> keyFields() {
        return {{"connection", &connection}, {"patient_hash", &patientHash}};
    }
    std::vector<Field> sealedFields() { return {{"survivor", &survivor}}; }
    std::vector<Field> hashFields() { return {}; }
    void hash(const Vault& /*vault*/) {}  // a part of its key

    template <class Self>
    static auto columns(Self& row) {
        return std::tie(row.connection, row.patientHash, row.survivor, row.since);
    }
};

/// Whose record took this one's place; nullopt where nothing is on record.
std::optional<std::string> survivorOf(Poco::Data::Session& session, const Vault& vault,
                                      std::string connection, const std::string& patient) {
    auto who = MergeTable::hashOf(vault, connection, patient);
    auto row = rowOf<MergeRow>((session << "SELECT " + kMergeColumns +
                                               " FROM patient_merge "
                                               "WHERE connection = $1 AND patient_hash = $2",
                                use(connection), use(who)));
    if (!row) return std::nullopt;
    open(*row, vault);
    return row->survivor;
}

std::string last(Poco::Data::Session& session, const Vault& vault, const std::string& connection,
                 std::string patient) {
    for (int steps = 0; steps < MergeTable::kStepsMax; ++steps) {
        auto next = survivorOf(session, vault, connection, patient);
        if (!next) break;
        patient = *std::move(next);
    }
    return patient;
}

}  // namespace

MergeTable::Moved MergeTable::follow(const std::string& connection, const std::string& from,
                                     const std::string& to, fhir::Instant since,
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
        MergeRow row{connection, hashOf(vault, connection, from), to, toMilliseconds(since)};
        moved.isNew = !survivorOf(session, vault, connection, from).has_value();
        seal(row, vault);
        session << "INSERT INTO patient_merge (" + kMergeColumns + ") VALUES (" + parameters(4) +
                       ") ON CONFLICT (connection, patient_hash) DO UPDATE SET "
                       "survivor = excluded.survivor",
            use(row), now;
        moved.statements = StatementTable(database_).move(session, connection, from, to);
        moved.entries = OutboxTable(database_).move(session, connection, from, to, since);
        moved.kept = CompanionTable(database_).move(session, connection, from, to, since);
        WardTable(database_).forgetPatient(session, connection, from);
        WardTable(database_).announcePatient(session, connection, to);
        if (also && moved.statements + moved.entries + moved.kept != 0) also(session);
    });
    return moved;
}

std::string MergeTable::current(const std::string& connection, const std::string& patient) const {
    auto result = patient;
    database_.read([&](Poco::Data::Session& session) {
        result = last(session, database_.vault(), connection, patient);
    });
    return result;
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
            (session << "SELECT " + kMergeColumns + " FROM patient_merge WHERE connection = $1",
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
