#include "plugin/store/tables/ward_table.h"

#include <algorithm>
#include <map>
#include <set>

#include "fhir/base/json.h"
#include "fhir/base/random.h"
#include "fhir/r4/date_time.h"
#include "plugin/store/sealing/sealed_row.h"

namespace plugin::store {
namespace {

using namespace Poco::Data::Keywords;

constexpr const char* kChanged = "changed";
const std::string kStayColumns =
    "connection, unit, encounter_hash, position, patient_hash, started, data";

std::string encounterHash(const Vault& vault, const std::string& connection,
                          const std::string& encounter) {
    return vault.hash("ward_row/encounter", connection + "/" + encounter);
}
std::string wardPatientHash(const Vault& vault, const std::string& connection,
                            const std::string& patient) {
    return vault.hash("ward_row/patient", connection + "/" + patient);
}

/// `data` is everything about the stay, as JSON.
struct StayRow {
    static constexpr const char* kTable = "ward_row";

    std::string connection, unit, encounterHash;
    int position = 0;
    std::string patientHash;
    std::int64_t started = 0;
    std::string data;

    std::vector<Field> keyFields() {
        return {{"connection", &connection}, {"unit", &unit}, {"encounter_hash", &encounterHash}};
    }
    std::vector<Field> sealedFields() { return {{"data", &data}}; }
    std::vector<Field> hashFields() { return {}; }
    void hash(const Vault& /*vault*/) {}  // made with the row: a part of its key

    template <class Self>
    static auto columns(Self& row) {
        return std::tie(row.connection, row.unit, row.encounterHash, row.position, row.patientHash,
                        row.started, row.data);
    }
};

struct StateRow {
    std::int64_t readAt = 0;
    std::string fault, problems = "[]";
    std::int64_t changedAt = 0;
    std::string content;

    template <class Self>
    static auto columns(Self& row) {
        return std::tie(row.readAt, row.fault, row.problems, row.changedAt, row.content);
    }
};

std::string dataOf(const WardRow& row) {
    fhir::json::Writer writer;
    writer.beginObject()
        .member("encounter", row.encounter)
        .member("patient", row.patient)
        .member("name", row.name)
        .member("birthDate", row.birthDate)
        .member("gender", row.gender)
        .member("status", row.status)
        .member("class", row.encounterClass)
        .member("location", row.location)
        .member("start", row.start)
        .member("transferred", row.transferred)
        .member("statements", row.statements);
    if (row.isUnread) writer.member("unread", true);
    return writer.endObject().take();
}

WardRow toWardRow(StayRow row, const Vault& vault) {
    open(row, vault);
    const auto document = fhir::json::Document::parse(std::move(row.data));
    const auto text = [&](const char* name) {
        return document.root().findString(name).value_or("");
    };
    return {.encounter = text("encounter"),
            .patient = text("patient"),
            .name = text("name"),
            .birthDate = text("birthDate"),
            .gender = text("gender"),
            .status = text("status"),
            .encounterClass = text("class"),
            .location = text("location"),
            .start = text("start"),
            .transferred = text("transferred"),
            .statements = text("statements"),
            .isUnread = document.root().findBoolean("unread").value_or(false)};
}

/// Not yet sealed.
StayRow toStayRow(const Vault& vault, const std::string& connection, const std::string& unit,
                  int position, const WardRow& row) {
    const auto start = fhir::DateTime::tryParse(row.start);
    StayRow stay{.connection = connection,
                 .unit = unit,
                 .encounterHash = encounterHash(vault, connection, row.encounter),
                 .position = position,
                 .patientHash = wardPatientHash(vault, connection, row.patient),
                 .started = start ? toMilliseconds(start->earliest()) : 0,
                 .data = dataOf(row)};
    return stay;
}

std::vector<std::string> unitsWith(Poco::Data::Session& session, std::string connection,
                                   std::string patient) {
    std::vector<std::string> units;
    session << "SELECT DISTINCT unit FROM ward_row WHERE connection = $1 AND patient_hash = $2",
        into(units), use(connection), use(patient), now;
    return units;
}

std::string toJson(const std::vector<std::string>& texts) {
    fhir::json::Writer writer;
    writer.beginArray();
    for (const auto& text : texts) writer.string(text);
    return writer.endArray().take();
}

std::vector<std::string> fromJson(std::string text) {
    std::vector<std::string> result;
    const auto document = fhir::json::Document::parse(std::move(text));
    for (const auto element : document.root().array()) result.push_back(element.string());
    return result;
}

void saveState(Poco::Data::Session& session, std::string connection, std::string unit,
               StateRow state) {
    session << "INSERT INTO ward_state (connection, unit, read_at, fault, problems, changed_at, "
               "content) VALUES ($1, $2, $3, $4, $5, $6, $7) "
               "ON CONFLICT (connection, unit) DO UPDATE SET "
               "read_at = excluded.read_at, fault = excluded.fault, problems = excluded.problems, "
               "changed_at = excluded.changed_at, content = excluded.content",
        use(connection), use(unit), use(state), now;
}

std::optional<StateRow> findState(Poco::Data::Session& session, std::string connection,
                                  std::string unit) {
    return rowOf<StateRow>(
        (session << "SELECT read_at, fault, problems, changed_at, content FROM ward_state "
                    "WHERE connection = $1 AND unit = $2",
         use(connection), use(unit)));
}

/// The rows of a unit in their order. A worklist that names a stay twice means it once: the first
/// stays.
std::vector<StayRow> stayRows(const Vault& vault, const std::string& connection,
                              const std::string& unit, const std::vector<WardRow>& rows) {
    std::set<std::string> seen;
    std::vector<StayRow> result;
    for (const auto& row : rows)
        if (seen.insert(row.encounter).second)
            result.push_back(
                toStayRow(vault, connection, unit, static_cast<int>(result.size()), row));
    return result;
}

/// Tells whether rows are the same as those before, without opening any.
std::string contentOf(const Vault& vault, const std::vector<StayRow>& rows) {
    std::string all;
    for (const auto& row : rows) all += row.encounterHash + " " + row.data + "\n";
    return vault.hash("ward_state/content", all);
}

std::vector<WardRow> rowsOfUnit(Poco::Data::Session& session, const Vault& vault,
                                std::string connection, std::string unit) {
    std::vector<WardRow> result;
    auto rows = rowsOf<StayRow>(
        (session << "SELECT " + kStayColumns +
                        " FROM ward_row WHERE connection = $1 AND unit = $2 ORDER BY position",
         use(connection), use(unit)));
    for (auto& row : rows) result.push_back(toWardRow(std::move(row), vault));
    return result;
}

/// What is known of each patient.
using ByPatient = std::map<std::string, std::string>;

ByPatient byPatient(const std::vector<WardRow>& rows) {
    ByPatient result;
    for (const auto& row : rows) result[row.patient] += dataOf(row);
    return result;
}

/// Patients who were there before and now, and of whom something else is known; who came or left is
/// no change of theirs.
std::vector<std::string> changedPatients(const ByPatient& before, const ByPatient& after) {
    std::vector<std::string> changed;
    for (const auto& [patient, data] : before)
        if (const auto found = after.find(patient); found != after.end() && found->second != data)
            changed.push_back(patient);
    return changed;
}

void saveRows(Poco::Data::Session& session, const Vault& vault, std::string connection,
              std::string unit, std::vector<StayRow> rows) {
    session << "DELETE FROM ward_row WHERE connection = $1 AND unit = $2", use(connection),
        use(unit), now;
    StayRow current;
    Poco::Data::Statement insert(session);
    insert << "INSERT INTO ward_row (" + kStayColumns + ") VALUES (" + parameters(7) + ")",
        use(current);
    for (auto& row : rows) {
        current = std::move(row);
        seal(current, vault);
        insert.execute();
    }
}

/// The rows may have been emptied while the state was not.
bool areThere(Poco::Data::Session& session, std::string connection, std::string unit,
              std::size_t rows) {
    std::int64_t count = 0;
    session << "SELECT COUNT(*) FROM ward_row WHERE connection = $1 AND unit = $2", into(count),
        use(connection), use(unit), now;
    return count == static_cast<std::int64_t>(rows);
}

}  // namespace

WardTable::Written WardTable::replace(const std::string& connection, const std::string& unit,
                                      const std::vector<WardRow>& rows, fhir::Instant readAt,
                                      const std::vector<std::string>& problems,
                                      const WardLease* lease) {
    const auto& vault = database_.vault();
    auto stays = stayRows(vault, connection, unit, rows);
    StateRow state{.readAt = toMilliseconds(readAt),
                   .fault = "",
                   .problems = toJson(problems),
                   .changedAt = toMilliseconds(readAt),
                   .content = contentOf(vault, stays)};
    auto written = Written::Lost;
    database_.transaction([&](Poco::Data::Session& session) {
        database_.lock(session, "ward/" + connection + "/" + unit);
        if (lease != nullptr && !WardLeaseTable::isHeld(session, *lease)) return;
        const auto before = findState(session, connection, unit).value_or(StateRow{});
        const bool isSame =
            before.content == state.content && areThere(session, connection, unit, stays.size());
        if (!isSame) {
            const auto then = byPatient(rowsOfUnit(session, vault, connection, unit));
            for (const auto& patient : changedPatients(then, byPatient(rows)))
                database_.announce(session, {patientTopic(vault, connection, patient), kChanged,
                                             std::to_string(state.changedAt)});
            saveRows(session, vault, connection, unit, std::move(stays));
        }
        written = isSame && before.fault.empty() && before.problems == state.problems
                      ? Written::Same
                      : Written::Changed;
        state.changedAt = written == Written::Same
                              ? before.changedAt
                              : std::max(state.changedAt, before.changedAt + 1);
        saveState(session, connection, unit, state);
        const bool isNew = written == Written::Changed;
        database_.announce(session, {wardTopic(vault, connection, unit), isNew ? kChanged : "read",
                                     std::to_string(isNew ? state.changedAt : state.readAt)});
    });
    return written;
}

WardTable::Written WardTable::recordFault(const std::string& connection, const std::string& unit,
                                          const std::string& fault, const WardLease* lease) {
    auto written = Written::Lost;
    database_.transaction([&](Poco::Data::Session& session) {
        database_.lock(session, "ward/" + connection + "/" + unit);
        if (lease != nullptr && !WardLeaseTable::isHeld(session, *lease)) return;
        auto state = findState(session, connection, unit).value_or(StateRow{});
        written = state.fault == fault ? Written::Same : Written::Changed;
        if (written == Written::Same) return;
        state.fault = fault;
        state.changedAt += 1;
        const auto version = std::to_string(state.changedAt);
        saveState(session, connection, unit, std::move(state));
        database_.announce(session,
                           {wardTopic(database_.vault(), connection, unit), kChanged, version});
    });
    return written;
}

std::vector<WardRow> WardTable::rows(const std::string& connection, const std::string& unit) const {
    std::vector<WardRow> result;
    database_.read([&](Poco::Data::Session& session) {
        result = rowsOfUnit(session, database_.vault(), connection, unit);
    });
    return result;
}

WardState WardTable::state(const std::string& connection, const std::string& unit) const {
    WardState result;
    database_.read([&](Poco::Data::Session& session) {
        auto state = findState(session, connection, unit);
        if (!state) return;
        if (state->readAt != 0) result.readAt = toInstant(state->readAt);
        result.fault = std::move(state->fault);
        result.problems = fromJson(std::move(state->problems));
        result.version = state->changedAt;
    });
    return result;
}

std::optional<WardRow> WardTable::find(const std::string& connection, const std::string& unit,
                                       const std::string& encounter) const {
    std::optional<WardRow> result;
    database_.read([&](Poco::Data::Session& session) {
        auto of = connection;
        auto on = unit;
        auto stay = encounterHash(database_.vault(), connection, encounter);
        auto row = rowOf<StayRow>((
            session
                << "SELECT " + kStayColumns +
                       " FROM ward_row WHERE connection = $1 AND unit = $2 AND encounter_hash = $3",
            use(of), use(on), use(stay)));
        if (row) result = toWardRow(*std::move(row), database_.vault());
    });
    return result;
}

std::optional<WardRow> WardTable::findPatient(const std::string& connection,
                                              const std::string& patient) const {
    std::optional<WardRow> result;
    database_.read([&](Poco::Data::Session& session) {
        auto of = connection;
        auto who = wardPatientHash(database_.vault(), connection, patient);
        auto row = rowOf<StayRow>(
            (session << "SELECT " + kStayColumns +
                            " FROM ward_row WHERE connection = $1 AND patient_hash = $2 "
                            "ORDER BY started DESC, encounter_hash, unit LIMIT 1",
             use(of), use(who)));
        if (row) result = toWardRow(*std::move(row), database_.vault());
    });
    return result;
}

std::vector<std::string> WardTable::unitsOfStay(const std::string& connection,
                                                const std::string& encounter) const {
    std::vector<std::string> units;
    database_.read([&](Poco::Data::Session& session) {
        auto of = connection;
        auto stay = encounterHash(database_.vault(), connection, encounter);
        session << "SELECT unit FROM ward_row WHERE connection = $1 AND encounter_hash = $2",
            into(units), use(of), use(stay), now;
    });
    return units;
}

std::vector<std::string> WardTable::unitsOfPatient(const std::string& connection,
                                                   const std::string& patient) const {
    std::vector<std::string> units;
    database_.read([&](Poco::Data::Session& session) {
        units =
            unitsWith(session, connection, wardPatientHash(database_.vault(), connection, patient));
    });
    return units;
}

void WardTable::announcePatient(Poco::Data::Session& session, const std::string& connection,
                                const std::string& patient) {
    const auto& vault = database_.vault();
    const auto version = fhir::randomToken(6);
    database_.announce(session, {patientTopic(vault, connection, patient), kChanged, version});
    for (const auto& unit :
         unitsWith(session, connection, wardPatientHash(vault, connection, patient)))
        database_.announce(session, {wardTopic(vault, connection, unit), kChanged, version});
}

void WardTable::forgetPatient(Poco::Data::Session& session, const std::string& connection,
                              const std::string& patient) {
    announcePatient(session, connection, patient);
    auto of = connection;
    auto who = wardPatientHash(database_.vault(), connection, patient);
    session << "DELETE FROM ward_row WHERE connection = $1 AND patient_hash = $2", use(of),
        use(who), now;
}

void WardTable::forget() {
    database_.transaction([&](Poco::Data::Session& session) {
        session << "DELETE FROM ward_row", now;
        session << "DELETE FROM ward_state", now;
        WardLeaseTable::makeAllDue(session);
    });
}

std::size_t WardTable::reseal(Poco::Data::Session& session, const Vault& vault, int limit) {
    return resealSome<StayRow>(session, vault, kStayColumns, limit);
}

}  // namespace plugin::store
