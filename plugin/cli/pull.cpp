#include <cstdio>

#include "fhir/base/json.h"
#include "plugin/audit/trail.h"
#include "plugin/cli/arguments.h"
#include "plugin/cli/operator.h"
#include "plugin/cli/verbs.h"
#include "plugin/connections/connections.h"
#include "plugin/domain/summary.h"
#include "plugin/records/projection.h"
#include "plugin/records/what_matters.h"
#include "plugin/service/maintenance.h"
#include "plugin/store/tables/statement_table.h"
#include "plugin/sync/board.h"

namespace plugin::cli {
namespace {

struct Row {
    store::WardRow ward;
    std::vector<domain::Statement> statements;
};

std::string jsonLine(const Row& row, const UnitSettings& unit, const domain::Summary& summary) {
    fhir::json::Writer writer;
    writer.beginObject()
        .member("encounter", "Encounter/" + row.ward.encounter)
        .member("patient", "Patient/" + row.ward.patient)
        .member("name", row.ward.name)
        .member("status", row.ward.status)
        .member("class", row.ward.encounterClass)
        .member("unit", unit.id)
        .member("location", row.ward.location)
        .member("start", row.ward.start)
        .key("whatMatters");
    records::writeWhatMatters(writer, summary);
    return writer.endObject().take();
}

/// The words of one saying. Only the patient's own stand alone, and they only where nobody said
/// something else.
std::string saying(const domain::Statement& statement, bool isOneOfTwo) {
    const bool isOwn = statement.speaker == domain::Speaker::Patient && !isOneOfTwo;
    const auto speaker = isOwn ? std::string() : domain::speakerLabel(statement) + ": ";
    if (statement.keepToTeam) return "\n  " + speaker + "(kept to the care team)";
    return statement.text.empty() ? std::string()
                                  : "\n  " + speaker + "\u201c" + statement.text + "\u201d";
}

std::string textBlock(const Row& row, const domain::Summary& summary) {
    const auto& judgement = summary.judgement;
    std::string block = (row.ward.location.empty() ? "" : row.ward.location + "  ") + row.ward.name;
    for (const auto* one : {judgement.current, judgement.other})
        if (one != nullptr) block += saying(*one, judgement.other != nullptr);
    block += std::string("\n  ") + domain::toString(judgement.freshness) + ": " + judgement.reason;
    if (judgement.isUnread && judgement.freshness != domain::Freshness::Unread)
        block += " A record could not be read: more may be written down there.";
    return block;
}

}  // namespace

int pull(const Words& words) {
    const auto arguments = Arguments::parse({"pull",
                                             {{.name = "config", .required = true},
                                              {.name = "connection", .required = true},
                                              {.name = "unit", .required = true},
                                              {.name = "json", .takes = Option::Takes::Nothing}},
                                             {}},
                                            words);
    const auto settings = loadSettings(arguments.at("config"));
    const Connections connections(settings.connections);
    const auto& connection = connections.at(arguments.at("connection"));
    const auto* unit = connection.settings.findUnit(arguments.at("unit"));
    if (unit == nullptr) {
        std::string known;
        for (const auto& one : connection.settings.units) known += " " + one.id;
        throw fhir::Error(fhir::ErrorKind::InvalidInput,
                          "connection " + connection.settings.id + " has no unit \"" +
                              arguments.at("unit") + "\"; it has:" + known);
    }
    const auto opened = service::openDatabase(settings.store);
    auto& database = *opened;
    const auto now = std::chrono::system_clock::now();
    const auto ward = [&] {
        try {
            return sync::readWard(*connection.backgroundAdapter, unit->worklist, now,
                                  connection.companionReader());
        } catch (const fhir::Error& error) {
            throw error.in("connection " + connection.settings.id + ", unit " + unit->id);
        }
    }();

    // On record before it is shown: one event for each patient (IHE BALP, Patient Query).
    const auto by = operatorOf(settings, "pull");
    std::vector<audit::Entry> shown;
    for (const auto& wardRow : ward.rows) {
        auto& entry = shown.emplace_back(by.entry(audit::Action::Query, now));
        entry.connection = connection.settings.id;
        entry.patient = wardRow.patient;
        entry.encounter = wardRow.encounter;
        entry.query = "unit " + unit->id;
    }
    audit::record(database, *by.place, shown);

    const store::StatementTable ours(database);
    for (const auto& wardRow : ward.rows) {
        const Row row{wardRow,
                      domain::merge(records::statementsOf(wardRow, *connection.backgroundAdapter),
                                    ours.ofPatients(connection.settings.id, {wardRow.patient}))};
        const auto summary = domain::summarise(row.statements, records::stayOf(wardRow),
                                               settings.freshness, now, wardRow.isUnread);
        printLine(arguments.has("json") ? jsonLine(row, *unit, summary) : textBlock(row, summary));
    }
    for (const auto& problem : ward.problems) tell("problem: " + problem.text);
    tell(std::to_string(ward.rows.size()) + " people on " + unit->name + " now" +
         (ward.problems.empty() ? "."
                                : "; " + std::to_string(ward.problems.size()) +
                                      (ward.problems.size() == 1 ? " problem." : " problems.")));
    return 0;
}

}  // namespace plugin::cli
