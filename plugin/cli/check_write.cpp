#include "plugin/cli/check_write.h"

#include "fhir/base/json.h"
#include "fhir/base/random.h"

namespace plugin::cli {
namespace {

using fhir::Error;
using fhir::ErrorKind;

constexpr const char* kWords =
    "TEST of the connection to What Matters. Not said by anybody; may be deleted.";

/// The stay in which a route may want the words to be: one that is going on now, if any.
std::optional<std::string> currentEncounter(const Connection& connection,
                                            const std::string& patient) {
    const adapters::WorklistQuery query{.source = "patients", .patients = {"Patient/" + patient}};
    const auto list = connection.adapter->worklist(query);
    if (list.stays.empty()) return std::nullopt;
    return list.stays.front().encounter.id;
}

bool isDeleted(const Connection& connection, const std::string& location) {
    const auto& client = connection.adapter->client();
    const auto status = client.transport()
                            .send(client.request("DELETE", client.urlOf(location)),
                                  fhir::deadlineIn(client.options().timeout))
                            .status;
    return status >= 200 && status < 300;
}

/// The resource as it is, but for its status. Every type that a route writes knows this one.
std::string retracted(const fhir::json::Value& resource) {
    fhir::json::Writer writer;
    writer.beginObject();
    for (const auto [name, value] : resource.object())
        if (name != "status") writer.key(name).value(value);
    writer.member("status", "entered-in-error").endObject();
    return writer.take();
}

bool isRetracted(const Connection& connection, const fhir::TypeAndId& place) {
    const auto& client = connection.adapter->client();
    const auto held = client.readVersioned(place.type, place.id);
    client.update(place.type, place.id, retracted(held.document.root()), {held.etag});
    return client.read(place.type, place.id).root().findString("status") == "entered-in-error";
}

/// Whether one way to take it away worked; whatever it ended in, the next one is tried.
template <class Way>
bool tried(Way way) {
    try {
        return way();
    } catch (const Error&) {
        return false;  // that it can be written is proved; what is left is said by the caller
    }
}

/// What became of the test statement, as the end of a sentence; `isGone` where nothing is left to
/// do.
std::string takeAway(const Connection& connection, const std::string& location, bool& isGone) {
    const auto place = fhir::parseReference(location);
    const auto capabilities = connection.adapter->capabilities();
    isGone = true;
    if (place && capabilities.supports(place->type, "delete") &&
        tried([&] { return isDeleted(connection, location); }))
        return "and deleted again";
    if (place && capabilities.supports(place->type, "update") &&
        tried([&] { return isRetracted(connection, *place); }))
        return "and marked as entered in error";
    isGone = false;
    return "and is there still, because the EHR lets nobody take it away: mark " + location +
           " as entered in error in the chart";
}

/// Whether nothing can be in the chart after this error.
bool isCertain(const Error& error) {
    switch (error.kind()) {
        case ErrorKind::InvalidInput:
        case ErrorKind::Unauthorized:
        case ErrorKind::Forbidden:
        case ErrorKind::NotFound:
        case ErrorKind::Refused:
            return true;
        case ErrorKind::Conflict:
        case ErrorKind::BadReply:
        case ErrorKind::Unavailable:
        case ErrorKind::Internal:
            return false;
    }
    return false;
}

adapters::LadderResult write(const Connection& connection, const std::vector<std::string>& routes,
                             const std::string& patient) {
    NoCompanion companion;
    try {
        return connection.adapter->write(
            routes,
            domain::toObservation(testStatement(patient, currentEncounter(connection, patient))),
            companion, false);
    } catch (const Error& error) {
        if (isCertain(error)) throw;
        throw Error(error.kind(), std::string(error.what()) +
                                      "; the test statement may be in the chart: look there for "
                                      "\"TEST of the connection\"")
            .withStatus(error.status());
    }
}

}  // namespace

std::string NoCompanion::keep(const adapters::Authored& /*authored*/) {
    throw Error(ErrorKind::Internal, "a check tried to keep something");
}

domain::Statement testStatement(const std::string& patient, std::optional<std::string> encounter) {
    const auto now = std::chrono::system_clock::now();
    return {.id = "urn:uuid:" + fhir::randomUuid(),
            .patient = patient,
            .encounter = std::move(encounter),
            .text = kWords,
            .language = "en",
            .said = fhir::DateTime::fromInstant(now),
            .recorded = fhir::DateTime::fromInstant(now)};
}

CheckStep writeTest(const Connection& connection, const std::string& patient) {
    auto routes = connection.settings.routes;
    std::erase(routes, adapters::kCompanionRoute);
    if (routes.empty())
        return {"skip", "the ladder has the companion alone: nothing is written to the EHR"};
    const auto written = write(connection, routes, patient);
    bool isGone = false;
    auto text = "a test statement was written by " + written.route + " as " + written.location +
                " and read back";
    if (!written.remark.empty()) text += " (" + written.remark + ")";
    text += ", " + takeAway(connection, written.location, isGone);
    return {isGone && written.remark.empty() ? "pass" : "warn", text};
}

}  // namespace plugin::cli
