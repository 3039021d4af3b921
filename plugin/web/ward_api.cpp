#include "fhir/base/json.h"
#include "plugin/audit/trail.h"
#include "plugin/connections.h"
#include "plugin/domain/summary.h"
#include "plugin/launch/sessions.h"
#include "plugin/settings.h"
#include "plugin/store/statement_table.h"
#include "plugin/store/ward_table.h"
#include "plugin/sync/board.h"
#include "plugin/web/account.h"
#include "plugin/web/api.h"

namespace plugin::web {
namespace {

using fhir::Error;
using fhir::ErrorKind;
using launch::Context;

/// The list counts as stale after this many missed readings.
constexpr int kMissedReadings = 3;

const UnitSettings& unitOf(const Site& site, const Context& context) {
    const auto* unit = site.connections.at(context.connection).settings.findUnit(context.unit);
    if (unit == nullptr)
        throw Error(ErrorKind::NotFound, "This unit is no longer in the configuration.");
    return *unit;
}

Context requireWard(const launch::OpenContext& open) {
    if (open.context.view != Context::View::Ward)
        throw Error(ErrorKind::Forbidden, "This page was opened for one patient, not for a ward.");
    return open.context;
}

http::Response getContext(const Site& site, const http::Request& request) {
    const auto context = site.sessions.open(request).context;
    fhir::json::Writer writer;
    writer.beginObject()
        .member("view", context.view == Context::View::Ward ? "ward" : "patient")
        .key("connection")
        .beginObject()
        .member("id", context.connection)
        .endObject()
        .key("user")
        .beginObject()
        .member("display", context.userDisplay)
        .endObject();
    if (!context.unit.empty()) {
        const auto& unit = unitOf(site, context);
        writer.key("unit")
            .beginObject()
            .member("id", unit.id)
            .member("name", unit.name)
            .endObject();
    }
    if (!context.patient.empty())
        writer.key("patient").beginObject().member("id", context.patient).endObject();
    writer.member("needPatientBanner", context.needPatientBanner)
        .member("step", context.step)
        .member("development", site.settings.development);
    if (!context.style.empty()) {
        writer.key("style").beginObject();
        for (const auto& [key, value] : context.style) writer.member(key, value);
        writer.endObject();
    }
    return http::Response::json(200, writer.endObject().take());
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
    sync::writeWhatMatters(writer, domain::summarise(statements, sync::stayOf(row), limits, now));
    writer.endObject();
}

http::Response getWard(const Site& site, const http::Request& request) {
    const auto open = site.sessions.open(request);
    const auto context = requireWard(open);
    const auto& unit = unitOf(site, context);
    const auto& connection = site.connections.at(context.connection).settings;
    const store::WardTable wards(site.database);
    const auto rows = wards.rows(context.connection, unit.id);
    const auto state = wards.state(context.connection, unit.id);
    const auto now = site.clock.now();

    std::vector<std::string> patients;
    patients.reserve(rows.size());
    for (const auto& row : rows) patients.push_back(row.patient);
    const auto ours = store::StatementTable(site.database).ofPatients(context.connection, patients);

    // One event for each patient that a query shows (IHE BALP, Patient Query); but a page that lies
    // open, and reads itself again with every change, is one look.
    auto shown = readBy(site, context, request);
    shown.query = "GET " + request.path + " unit " + unit.id;
    for (const auto& row : rows) {
        shown.patient = row.patient;
        shown.encounter = row.encounter;
        site.trail.recordLook(open.session + "/" + unit.id, shown);
    }

    fhir::json::Writer writer;
    writer.beginObject().key("unit").beginObject();
    writer.member("id", unit.id).member("name", unit.name).endObject();
    if (state.readAt) writer.member("readAt", fhir::toFhirInstant(*state.readAt));
    const bool stale =
        !state.readAt || now - *state.readAt > connection.syncInterval * kMissedReadings;
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
    writer.endArray().key("rows").beginArray();
    for (const auto& row : rows) {
        std::vector<domain::Statement> own;
        for (const auto& statement : ours)
            if (statement.patient == row.patient) own.push_back(statement);
        writeRow(writer, row, domain::merge(sync::statementsOf(row), own), site.settings.freshness,
                 now);
    }
    writer.endArray().endObject();
    return http::Response::json(200, writer.take());
}

/// From a row of the ward to the page of its patient, in a context of its own.
http::Response openRow(const Site& site, const http::Request& request) {
    const auto open = site.sessions.open(request);
    auto context = requireWard(open);
    const auto document = fhir::json::Document::parse(request.body);
    const auto key = document.root().at("key").string();
    const auto row = store::WardTable(site.database).find(context.connection, context.unit, key);
    if (!row)
        throw Error(ErrorKind::NotFound,
                    "This stay is no longer on the ward. Reload the list to see who is here.");
    context.view = Context::View::Patient;
    context.patient = row->patient;
    context.encounter = row->encounter;
    context.needPatientBanner = true;  // the ward's frame shows no patient of its own
    fhir::json::Writer writer;
    writer.beginObject().member("context", site.sessions.addContext(open, context)).endObject();
    return http::Response::json(201, writer.take());
}

/// Ends every page of this browser. Asks for a context as every write does: no other site can make
/// a browser send one.
http::Response signOut(const Site& site, const http::Request& request) {
    site.sessions.open(request);
    return {204, {{"Set-Cookie", site.sessions.end(request)}}, {}, {}};
}

}  // namespace

void addWardApi(http::Router& router, const Site& site) {
    router.add("GET", "/api/context",
               [site](const http::Request& request) { return getContext(site, request); });
    router.add("GET", "/api/ward",
               [site](const http::Request& request) { return getWard(site, request); });
    router.add("POST", "/api/contexts",
               [site](const http::Request& request) { return openRow(site, request); });
    router.add("POST", "/api/sign-out",
               [site](const http::Request& request) { return signOut(site, request); });
}

}  // namespace plugin::web
