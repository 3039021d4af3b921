#include "fhir/base/json.h"
#include "fhir/r4/datatypes.h"
#include "fhir/r4/date_time.h"
#include "plugin/api/record_notice.h"
#include "plugin/audit/trail.h"
#include "plugin/cli/arguments.h"
#include "plugin/cli/operator.h"
#include "plugin/cli/verbs.h"
#include "plugin/connections/connections.h"
#include "plugin/outbox/capture.h"
#include "plugin/outbox/provenance.h"
#include "plugin/records/patient_reader.h"
#include "plugin/service/maintenance.h"
#include "plugin/store/tables/enterer_table.h"
#include "plugin/store/tables/statement_table.h"

namespace plugin::cli {
namespace {

using fhir::Error;
using fhir::ErrorKind;

/// A statement that we hold, as an Observation. What others wrote bears the id of their server and
/// no identifier of ours; what they wrote in another form is derived from that.
void writeHeld(fhir::json::Writer& writer, const domain::Statement& statement,
               const std::string& base) {
    auto observation = domain::toObservation(statement);
    auto address = statement.id;
    if (const auto place = fhir::parseReference(statement.id)) {
        observation.identifier.clear();
        address.clear();
        if (place->type == fhir::Observation::resourceType) {
            observation.id = place->id;
            address = base + statement.id;
        } else {
            observation.derivedFrom.push_back({statement.id, {}, {}});
        }
    }
    writer.beginObject();
    if (!address.empty()) writer.member("fullUrl", address);
    writer.key("resource").raw(fhir::toJsonText(observation)).endObject();
}

/// What others wrote is handed out as the EHR sent it, in the form that it has there: written anew
/// from what we understand of it, it would be something that nobody said.
void writeEntry(fhir::json::Writer& writer, const domain::Statement& statement, bool isOurs,
                const fhir::Url& ehr) {
    const auto base = ehr.text() + (ehr.path.ends_with('/') ? "" : "/");
    if (isOurs || statement.original.empty()) return writeHeld(writer, statement, base);
    writer.beginObject();
    if (statement.location) writer.member("fullUrl", base + *statement.location);
    writer.key("resource").raw(statement.original).endObject();
}

/// Who typed it, where it was written down here.
void writeEnterer(fhir::json::Writer& writer, const domain::Statement& statement,
                  const std::optional<store::Enterer>& enterer) {
    if (!enterer) return;
    const auto provenance = ::plugin::outbox::toProvenance(statement, *enterer, statement.id);
    writer.beginObject()
        .member("fullUrl", "urn:uuid:" + ::plugin::outbox::derivedId("provenance", statement.id))
        .key("resource")
        .raw(fhir::toJsonText(provenance))
        .endObject();
}

/// What we know of the statements that we wrote down.
struct Held {
    store::StatementTable ours;
    store::EntererTable enterers;
};

std::string bundleOf(const std::vector<domain::Statement>& statements, const Held& held,
                     const ConnectionSettings& connection, fhir::Instant now) {
    fhir::json::Writer writer;
    writer.beginObject()
        .member("resourceType", "Bundle")
        .member("type", "collection")
        .member("timestamp", fhir::toFhirInstant(now));
    if (!statements.empty()) {
        writer.key("entry").beginArray();
        for (const auto& statement : statements) {
            const bool isOurs = held.ours.find(connection.id, statement.id).has_value();
            writeEntry(writer, statement, isOurs, connection.fhirBase);
            writeEnterer(writer, statement, held.enterers.find(connection.id, statement.id));
        }
        writer.endArray();
    }
    return writer.endObject().take();
}

}  // namespace

int exportStatements(const Words& words) {
    const auto arguments = Arguments::parse({"export",
                                             {{.name = "config", .required = true},
                                              {.name = "connection", .required = true},
                                              {.name = "patient", .required = true}},
                                             {}},
                                            words);
    const auto patient = arguments.id("patient", "Patient");
    const auto settings = loadSettings(arguments.at("config"));
    const Connections connections(settings.connections);
    const auto& connection = connections.at(arguments.at("connection"));
    const auto opened = service::openDatabase(settings.store);
    auto& database = *opened;
    const auto now = std::chrono::system_clock::now();
    fhir::WorkerPool workers(records::kReadsAtOnce, records::kReadsAtOnce);
    const auto record =
        records::PatientReader(database, workers)
            .read({.connection = connection.settings,
                   // The connection's own adapter is nobody's to delete.
                   .ehr = {std::shared_ptr<void>(), connection.backgroundAdapter.get()},
                   .companion = connection.companionReader(),
                   .patient = patient,
                   .now = now});
    requireReadable(record);
    // Half a history would pass for a whole one.
    if (!record.readAt)
        throw Error(ErrorKind::Unavailable,
                    "the EHR cannot be read at the moment, and without it the history is not "
                    "whole; nothing was exported");
    // On record before it is shown.
    const auto by = operatorOf(settings, "export");
    auto read = by.entry(audit::Action::Query, now);
    read.connection = connection.settings.id;
    read.patient = patient;
    read.query = "all statements of the patient";
    audit::record(database, *by.place, {read});
    printLine(bundleOf(record.statements,
                       {store::StatementTable(database), store::EntererTable(database)},
                       connection.settings, now));
    tell(std::to_string(record.statements.size()) +
         (record.statements.size() == 1 ? " statement." : " statements."));
    const auto notice = api::noticeOf(record, connection.companionReader());
    if (notice.empty()) return 0;
    tell(notice + " The history is not whole.");
    return 1;
}

}  // namespace plugin::cli
