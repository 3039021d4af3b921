#include "plugin/store/ward_table.h"

#include "fhir/base/json.h"
#include "fhir/r4/date_time.h"
#include "plugin/store/sealed_row.h"

namespace plugin::store {
namespace {

using namespace Poco::Data::Keywords;

const std::string kColumns =
    "connection, unit, encounter_hash, position, patient_hash, started, data";

std::string encounterHash(const Vault& vault, const std::string& connection,
                          const std::string& encounter) {
    return vault.hash("ward_row/encounter", connection + "/" + encounter);
}
std::string patientHash(const Vault& vault, const std::string& connection,
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
    std::string fault, problems;

    template <class Self>
    static auto columns(Self& row) {
        return std::tie(row.readAt, row.fault, row.problems);
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
            .statements = text("statements")};
}

StayRow toStayRow(const Vault& vault, const std::string& connection, const std::string& unit,
                  int position, const WardRow& row) {
    const auto start = fhir::DateTime::tryParse(row.start);
    StayRow stay{.connection = connection,
                 .unit = unit,
                 .encounterHash = encounterHash(vault, connection, row.encounter),
                 .position = position,
                 .patientHash = patientHash(vault, connection, row.patient),
                 .started = start ? toMilliseconds(start->earliest()) : 0,
                 .data = dataOf(row)};
    seal(stay, vault);
    return stay;
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
    session << "INSERT INTO ward_state (connection, unit, read_at, fault, problems) "
               "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (connection, unit) DO UPDATE SET "
               "read_at = excluded.read_at, fault = excluded.fault, problems = excluded.problems",
        use(connection), use(unit), use(state), now;
}

std::optional<StateRow> findState(Poco::Data::Session& session, std::string connection,
                                  std::string unit) {
    return rowOf<StateRow>((session << "SELECT read_at, fault, problems FROM ward_state "
                                       "WHERE connection = $1 AND unit = $2",
                            use(connection), use(unit)));
}

}  // namespace

void WardTable::replace(const std::string& connection, const std::string& unit,
                        const std::vector<WardRow>& rows, fhir::Instant readAt,
                        const std::vector<std::string>& problems) {
    database_.transaction([&](Poco::Data::Session& session) {
        auto of = connection;
        auto on = unit;
        database_.lock(session, "ward/" + connection + "/" + unit);
        session << "DELETE FROM ward_row WHERE connection = $1 AND unit = $2", use(of), use(on),
            now;
        // A worklist that names a stay twice means it once: the first stays.
        StayRow current;
        Poco::Data::Statement insert(session);
        insert << "INSERT INTO ward_row (" + kColumns + ") VALUES (" + parameters(7) +
                      ") ON CONFLICT DO NOTHING",
            use(current);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            current = toStayRow(database_.vault(), connection, unit, static_cast<int>(i), rows[i]);
            insert.execute();
        }
        saveState(session, connection, unit, {toMilliseconds(readAt), "", toJson(problems)});
    });
}

void WardTable::recordFault(const std::string& connection, const std::string& unit,
                            const std::string& fault) {
    database_.transaction([&](Poco::Data::Session& session) {
        auto state = findState(session, connection, unit).value_or(StateRow{0, "", "[]"});
        state.fault = fault;
        saveState(session, connection, unit, std::move(state));
    });
}

std::vector<WardRow> WardTable::rows(const std::string& connection, const std::string& unit) const {
    std::vector<WardRow> result;
    database_.read([&](Poco::Data::Session& session) {
        auto of = connection;
        auto on = unit;
        auto rows = rowsOf<StayRow>(
            (session << "SELECT " + kColumns +
                            " FROM ward_row WHERE connection = $1 AND unit = $2 ORDER BY position",
             use(of), use(on)));
        for (auto& row : rows) result.push_back(toWardRow(std::move(row), database_.vault()));
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
                << "SELECT " + kColumns +
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
        auto who = patientHash(database_.vault(), connection, patient);
        auto row = rowOf<StayRow>(
            (session << "SELECT " + kColumns +
                            " FROM ward_row WHERE connection = $1 AND patient_hash = $2 "
                            "ORDER BY started DESC, encounter_hash, unit LIMIT 1",
             use(of), use(who)));
        if (row) result = toWardRow(*std::move(row), database_.vault());
    });
    return result;
}

std::size_t WardTable::reseal(Poco::Data::Session& session, const Vault& vault, int limit) {
    return resealSome<StayRow>(session, vault, kColumns, limit);
}

}  // namespace plugin::store
