#include "plugin/store/ward_table.h"

#include "fhir/base/json.h"
#include "fhir/r4/date_time.h"
#include "plugin/store/row.h"

namespace plugin::store {
namespace {

using namespace Poco::Data::Keywords;

const std::string kColumns =
    "connection, unit, encounter, position, patient, name, birth_date, gender, status, "
    "encounter_class, location, start, started, transferred, statements";

struct StayRow {
    std::string connection, unit, encounter;
    int position = 0;
    std::string patient, name, birthDate, gender, status, encounterClass, location, start;
    std::int64_t started = 0;
    std::string transferred, statements;

    template <class Self>
    static auto columns(Self& row) {
        return std::tie(row.connection, row.unit, row.encounter, row.position, row.patient,
                        row.name, row.birthDate, row.gender, row.status, row.encounterClass,
                        row.location, row.start, row.started, row.transferred, row.statements);
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

WardRow toWardRow(StayRow row) {
    return {.encounter = std::move(row.encounter),
            .patient = std::move(row.patient),
            .name = std::move(row.name),
            .birthDate = std::move(row.birthDate),
            .gender = std::move(row.gender),
            .status = std::move(row.status),
            .encounterClass = std::move(row.encounterClass),
            .location = std::move(row.location),
            .start = std::move(row.start),
            .transferred = std::move(row.transferred),
            .statements = std::move(row.statements)};
}

StayRow toStayRow(const std::string& connection, const std::string& unit, int position,
                  const WardRow& row) {
    const auto start = fhir::DateTime::tryParse(row.start);
    return {.connection = connection,
            .unit = unit,
            .encounter = row.encounter,
            .position = position,
            .patient = row.patient,
            .name = row.name,
            .birthDate = row.birthDate,
            .gender = row.gender,
            .status = row.status,
            .encounterClass = row.encounterClass,
            .location = row.location,
            .start = row.start,
            .started = start ? toMilliseconds(start->earliest()) : 0,
            .transferred = row.transferred,
            .statements = row.statements};
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
               "VALUES (?, ?, ?, ?, ?) ON CONFLICT (connection, unit) DO UPDATE SET "
               "read_at = excluded.read_at, fault = excluded.fault, problems = excluded.problems",
        use(connection), use(unit), use(state), now;
}

std::optional<StateRow> findState(Poco::Data::Session& session, std::string connection,
                                  std::string unit) {
    return rowOf<StateRow>((session << "SELECT read_at, fault, problems FROM ward_state "
                                       "WHERE connection = ? AND unit = ?",
                            use(connection), use(unit)));
}

}  // namespace

void WardTable::replace(const std::string& connection, const std::string& unit,
                        const std::vector<WardRow>& rows, fhir::Instant readAt,
                        const std::vector<std::string>& problems) {
    database_.transaction([&](Poco::Data::Session& session) {
        auto of = connection;
        auto on = unit;
        session << "DELETE FROM ward_row WHERE connection = ? AND unit = ?", use(of), use(on), now;
        // A worklist that names a stay twice means it once: the first stays.
        StayRow current;
        Poco::Data::Statement insert(session);
        insert << "INSERT INTO ward_row (" + kColumns +
                      ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                      "ON CONFLICT DO NOTHING",
            use(current);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            current = toStayRow(connection, unit, static_cast<int>(i), rows[i]);
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
                            " FROM ward_row WHERE connection = ? AND unit = ? ORDER BY position",
             use(of), use(on)));
        for (auto& row : rows) result.push_back(toWardRow(std::move(row)));
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
        auto stay = encounter;
        auto row = rowOf<StayRow>(
            (session << "SELECT " + kColumns +
                            " FROM ward_row WHERE connection = ? AND unit = ? AND encounter = ?",
             use(of), use(on), use(stay)));
        if (row) result = toWardRow(*std::move(row));
    });
    return result;
}

std::optional<WardRow> WardTable::findPatient(const std::string& connection,
                                              const std::string& patient) const {
    std::optional<WardRow> result;
    database_.read([&](Poco::Data::Session& session) {
        auto of = connection;
        auto who = patient;
        auto row =
            rowOf<StayRow>((session << "SELECT " + kColumns +
                                           " FROM ward_row WHERE connection = ? AND patient = ? "
                                           "ORDER BY started DESC, encounter DESC, unit LIMIT 1",
                            use(of), use(who)));
        if (row) result = toWardRow(*std::move(row));
    });
    return result;
}

}  // namespace plugin::store
