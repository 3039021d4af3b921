#include "plugin/launch/development.h"

#include "fhir/base/json.h"
#include "plugin/connections/connections.h"
#include "plugin/sessions/sessions.h"
#include "plugin/settings/settings.h"
#include "plugin/store/tables/ward_table.h"

namespace plugin::launch {
namespace {

using fhir::Error;
using fhir::ErrorKind;
using fhir::json::Writer;

constexpr const char* kUser = "Demonstration user";

const Connection& firstConnection(const Uses& uses) {
    for (const auto& [id, connection] : uses.connections)
        if (!connection.settings.isCompanionAlone()) return connection;
    return uses.connections.begin()->second;
}

http_server::Response getStart(const Uses& uses, const http_server::Request&) {
    const auto& connection = firstConnection(uses).settings;
    const store::WardTable wards(uses.database);
    Writer writer;
    writer.beginObject()
        .member("connection", connection.id)
        .member("fhirServer", connection.fhirBase.text())
        .member("hookUrl", "/cds-services/what-matters")
        .key("units")
        .beginArray();
    for (const auto& unit : connection.units)
        writer.beginObject().member("id", unit.id).member("name", unit.name).endObject();
    writer.endArray().key("patients").beginArray();
    for (const auto& unit : connection.units)
        for (const auto& row : wards.rows(connection.id, unit.id))
            writer.beginObject()
                .member("id", row.patient)
                .member("name", row.name)
                .member("location", row.location)
                .member("note", unit.name)
                .endObject();
    writer.endArray().endObject();
    return http_server::Response::json(200, writer.take());
}

http_server::Response postLink(const Uses& uses, const http_server::Request& request) {
    const auto& connection = firstConnection(uses).settings;
    const auto document = fhir::json::Document::parse(request.body);
    const auto form = document.root();
    sessions::Context context;
    context.connection = connection.id;
    context.userDisplay = kUser;
    const auto view = form.at("view").string();
    if (view == "ward") {
        context.view = sessions::Context::View::Ward;
        context.unit = form.at("unit").string();
        if (connection.findUnit(context.unit) == nullptr)
            throw Error(ErrorKind::NotFound, "There is no such unit.", "/unit");
    } else if (view == "patient") {
        context.patient = form.at("patient").string();
        if (!fhir::isId(context.patient))
            throw Error(ErrorKind::InvalidInput, "is not a FHIR id", "/patient");
        if (const auto row =
                store::WardTable(uses.database).findPatient(connection.id, context.patient))
            context.encounter = row->encounter;
    } else {
        throw Error(ErrorKind::InvalidInput, "must be ward or patient", "/view");
    }
    Writer writer;
    writer.beginObject()
        .member("url", "/development/open?link=" + uses.sessions.mintLink(std::move(context)))
        .endObject();
    return http_server::Response::json(201, writer.take());
}

/// Turns a link into a session: the page's token goes into the fragment, which no server and no
/// log ever sees.
http_server::Response openLink(const Uses& uses, const http_server::Request& request) {
    const auto token = fhir::Query::parse(request.query).find("link").value_or("");
    const auto redeemed = uses.sessions.redeemLink(token, request);
    return {303,
            {{"Location", redeemed.context.path() + "#c=" + redeemed.contextToken},
             {"Set-Cookie", redeemed.setCookie},
             {"Referrer-Policy", "no-referrer"}},
            {},
            {}};
}

}  // namespace

void addDevelopmentLinks(http_server::Router& router, const Uses& uses) {
    router.add("GET", "/development/start",
               [uses](const http_server::Request& request) { return getStart(uses, request); });
    router.add("POST", "/development/links",
               [uses](const http_server::Request& request) { return postLink(uses, request); });
    router.add("GET", "/development/open",
               [uses](const http_server::Request& request) { return openLink(uses, request); });
}

void refuseDevelopmentLinks(http_server::Router& router) {
    const auto refuse = [](const http_server::Request&) -> http_server::Response {
        throw Error(ErrorKind::Forbidden,
                    "Links that skip the SMART launch are off. The configuration would have to "
                    "say \"development\": true, which no hospital may.");
    };
    for (const char* method : {"GET", "POST"})
        for (const char* path : {"/development/start", "/development/links", "/development/open"})
            router.add(method, path, refuse);
}

}  // namespace plugin::launch
