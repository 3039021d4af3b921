#include "fhir/base/json.h"
#include "plugin/api/api.h"
#include "plugin/api/page_audit.h"
#include "plugin/api/page_routes.h"
#include "plugin/api/patient_access.h"
#include "plugin/audit/trail.h"
#include "plugin/connections/connections.h"
#include "plugin/domain/summary.h"
#include "plugin/records/projection.h"
#include "plugin/records/what_matters.h"
#include "plugin/sessions/grants.h"
#include "plugin/sessions/sessions.h"
#include "plugin/settings/settings.h"
#include "plugin/store/tables/statement_table.h"
#include "plugin/store/tables/ward_table.h"

namespace plugin::api {
namespace {

using fhir::Error;
using fhir::ErrorKind;
using sessions::Context;

/// The list counts as stale after this many missed readings.
constexpr int kMissedReadings = 3;

const UnitSettings& unitOf(const Uses& uses, const Context& context) {
    const auto* unit = uses.connections.at(context.connection).settings.findUnit(context.unit);
    if (unit == nullptr)
        throw Error(ErrorKind::NotFound, "This unit is no longer in the configuration.");
    return *unit;
}

/// The unit of the page; of a patient's, the one on whose ward the patient is. nullptr: none.
const UnitSettings* unitAround(const Uses& uses, const Context& context) {
    if (!context.unit.empty()) return &unitOf(uses, context);
    if (context.patient.empty()) return nullptr;
    const auto& settings = uses.connections.at(context.connection).settings;
    for (const auto& id :
         store::WardTable(uses.database).unitsOfPatient(context.connection, context.patient))
        if (const auto* unit = settings.findUnit(id)) return unit;
    return nullptr;
}

void writeUnit(fhir::json::Writer& writer, const UnitSettings& unit) {
    writer.beginObject().member("id", unit.id).member("name", unit.name).endObject();
}

http_server::Response getContext(const Uses& uses, const Context& context) {
    fhir::json::Writer writer;
    writer.beginObject()
        .member("view", toString(context.view))
        .key("connection")
        .beginObject()
        .member("id", context.connection)
        .endObject()
        .key("user")
        .beginObject()
        .member("display", context.userDisplay)
        .endObject();
    if (const auto* unit = unitAround(uses, context)) {
        writer.key("unit");
        writeUnit(writer, *unit);
    }
    if (!context.patient.empty())
        writer.key("patient").beginObject().member("id", context.patient).endObject();
    writer.member("needPatientBanner", context.needPatientBanner)
        .member("step", context.step)
        .member("development", uses.settings.development);
    if (!context.style.empty()) {
        writer.key("style").beginObject();
        for (const auto& [key, value] : context.style) writer.member(key, value);
        writer.endObject();
    }
    return http_server::Response::json(200, writer.endObject().take());
}

void writeRow(fhir::json::Writer& writer, const store::WardRow& row,
              const std::vector<domain::Statement>& statements,
              const domain::FreshnessLimits& limits, fhir::Instant now) {
    writer.beginObject()
        .member("key", row.encounter)
        .member("name", row.name)
        .member("birthDate", row.birthDate)
        .member("gender", row.gender)
        .member("location", row.location)
        .member("class", row.encounterClass)
        .member("status", row.status)
        .member("start", row.start)
        .key("whatMatters");
    records::writeWhatMatters(
        writer, domain::summarise(statements, records::stayOf(row), limits, now, row.isUnread));
    writer.endObject();
}

/// Whom of these the user may see, where the site wants the EHR to be asked; else nullopt.
std::optional<PatientAccess::Seen> seenByUser(const Uses& uses, PatientAccess& access,
                                              const http_server::Request& request,
                                              const sessions::OpenContext& open,
                                              const std::vector<std::string>& patients) {
    const auto& launch = uses.connections.at(open.context.connection).settings.launch;
    if (!launch || !launch->wardAsUser) return std::nullopt;
    http_server::requireMayWait(request);
    const auto ehr = uses.grants.ehrOf(uses.connections, open.context);
    if (!ehr.isUsers)
        throw Error(ErrorKind::Unauthorized,
                    "The EHR has to say whom you may see, and no longer knows you here. Open What "
                    "Matters again from the EHR.");
    return access.ask(*ehr.adapter, open.session, patients);
}

http_server::Response getWard(const Uses& uses, PatientAccess& access,
                              const http_server::Request& request,
                              const sessions::OpenContext& open) {
    const auto& context = open.context;
    const auto& unit = unitOf(uses, context);
    const auto& connection = uses.connections.at(context.connection);
    const store::WardTable wards(uses.database);
    auto rows = wards.rows(context.connection, unit.id);
    const auto state = wards.state(context.connection, unit.id);
    const auto now = uses.clock.now();

    std::vector<std::string> patients;
    patients.reserve(rows.size());
    for (const auto& row : rows) patients.push_back(row.patient);
    const auto seen = seenByUser(uses, access, request, open, patients);
    if (seen)
        std::erase_if(rows, [&](const auto& row) { return !seen->shown.contains(row.patient); });
    const auto ours = store::StatementTable(uses.database).ofPatients(context.connection, patients);

    // One event for each patient that a query shows (IHE BALP, Patient Query); but a page that lies
    // open, and reads itself again with every change, is one look.
    auto shown = readBy(uses, context, request);
    shown.query = "GET " + request.path + " unit " + unit.id;
    for (const auto& row : rows) {
        shown.patient = row.patient;
        shown.encounter = row.encounter;
        uses.trail.recordLook(open.session + "/" + unit.id, shown);
    }

    fhir::json::Writer writer;
    writer.beginObject().key("unit");
    writeUnit(writer, unit);
    if (state.readAt) writer.member("readAt", fhir::toFhirInstant(*state.readAt));
    const bool stale =
        !state.readAt || now - *state.readAt > connection.settings.syncInterval * kMissedReadings;
    writer.member("stale", stale);
    if (!state.fault.empty())
        writer.member("notice", state.readAt
                                    ? "The EHR cannot be read at the moment. This list is from "
                                      "the last time that it could."
                                    : "The EHR could not be read yet.");
    else if (!state.readAt)
        writer.member("notice", "The EHR is being read for the first time.");
    writer.key("problems").beginArray();
    for (const auto& problem : state.problems) writer.string(problem);
    writer.endArray();
    if (seen && seen->refused + seen->undecided > 0)
        writer.key("unshown")
            .beginObject()
            .member("refused", static_cast<std::int64_t>(seen->refused))
            .member("undecided", static_cast<std::int64_t>(seen->undecided))
            .endObject();
    writer.key("rows").beginArray();
    for (const auto& row : rows) {
        std::vector<domain::Statement> own;
        for (const auto& statement : ours)
            if (statement.patient == row.patient) own.push_back(statement);
        writeRow(writer, row, domain::merge(records::statementsOf(row, *connection.adapter), own),
                 uses.settings.freshness, now);
    }
    writer.endArray().endObject();
    return http_server::Response::json(200, writer.take());
}

/// The answer with the token of another page of this session.
http_server::Response opened(const Uses& uses, const sessions::OpenContext& open,
                             const Context& context) {
    fhir::json::Writer writer;
    writer.beginObject().member("context", uses.sessions.addContext(open, context)).endObject();
    auto response = http_server::Response::json(201, writer.take());
    response.isSecret = true;
    return response;
}

/// From a row of the ward to the page of its patient, in a context of its own.
http_server::Response openRow(const Uses& uses, PatientAccess& access,
                              const http_server::Request& request,
                              const sessions::OpenContext& open) {
    auto context = open.context;
    const auto document = fhir::json::Document::parse(request.body);
    const auto key = document.root().at("key").string();
    const auto row = store::WardTable(uses.database).find(context.connection, context.unit, key);
    if (!row)
        throw Error(ErrorKind::NotFound,
                    "This stay is no longer on the ward. Reload the list to see who is here.");
    const auto seen = seenByUser(uses, access, request, open, {row->patient});
    if (seen && seen->refused > 0) throw Error(ErrorKind::Forbidden, kPatientRefused);
    if (seen && seen->undecided > 0)
        throw Error(
            ErrorKind::Unavailable,
            "The EHR has not said whether you may see this patient. Try again in a moment.");
    context.view = Context::View::Patient;
    context.patient = row->patient;
    context.encounter = row->encounter;
    context.needPatientBanner = true;  // the ward's frame shows no patient of its own
    return opened(uses, open, context);
}

/// The units among which the user may choose: all of the EHR that they came from.
http_server::Response getUnits(const Uses& uses, const Context& context) {
    fhir::json::Writer writer;
    writer.beginObject().key("units").beginArray();
    for (const auto& unit : uses.connections.at(context.connection).settings.units)
        writeUnit(writer, unit);
    return http_server::Response::json(200, writer.endArray().endObject().take());
}

/// To the ward that was chosen; from a patient's page, to the one where the patient is.
http_server::Response openWard(const Uses& uses, const http_server::Request& request,
                               const sessions::OpenContext& open) {
    auto context = open.context;
    const auto& id = request.parameters.at("unit");
    const auto* around = unitAround(uses, context);
    if (context.view != Context::View::Units && (around == nullptr || around->id != id))
        throw Error(ErrorKind::Forbidden,
                    "This page was not opened for that ward. Open What Matters again from the "
                    "ward's list in the EHR.");
    context.view = Context::View::Ward;
    context.unit = id;
    unitOf(uses, context);
    context.patient.clear();
    context.encounter.clear();
    context.step.clear();
    return opened(uses, open, context);
}

/// Ends every page of this browser.
http_server::Response signOut(const Uses& uses, const http_server::Request& request) {
    return {204, {{"Set-Cookie", uses.sessions.end(request)}}, {}, {}};
}

}  // namespace

void addWardApi(http_server::Router& router, const Uses& uses) {
    addPageRoute(router, uses, "GET", "/api/context", Audience::AnyPage,
                 [uses](const auto&, const auto& open) { return getContext(uses, open.context); });
    const auto access = std::make_shared<PatientAccess>(uses.clock);
    addPageRoute(router, uses, "GET", "/api/ward", Audience::WardPage,
                 [uses, access](const auto& request, const auto& open) {
                     return getWard(uses, *access, request, open);
                 });
    addPageRoute(router, uses, "POST", "/api/contexts", Audience::WardPage,
                 [uses, access](const auto& request, const auto& open) {
                     return openRow(uses, *access, request, open);
                 });
    addPageRoute(router, uses, "GET", "/api/units", Audience::UnitsPage,
                 [uses](const auto&, const auto& open) { return getUnits(uses, open.context); });
    addPageRoute(
        router, uses, "POST", "/api/units/{unit}/contexts", Audience::AnyPage,
        [uses](const auto& request, const auto& open) { return openWard(uses, request, open); });
    // A page's context is asked for as by every write: no other site can make a browser send one.
    addPageRoute(router, uses, "POST", "/api/sign-out", Audience::AnyPage,
                 [uses](const auto& request, const auto&) { return signOut(uses, request); });
}

}  // namespace plugin::api
