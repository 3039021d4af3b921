#include "plugin/cli/check_write.h"

#include "fhir/base/random.h"
#include "plugin/domain/statement.h"

namespace plugin::cli {
namespace {

using fhir::Error;
using fhir::ErrorKind;

constexpr const char* kWords =
    "TEST of the connection to What Matters. Not said by anybody; may be deleted.";

/// A test must not end up with us.
class NoCompanion final : public adapters::Companion {
public:
    std::string keep(const adapters::Authored&) override {
        throw Error(ErrorKind::Internal, "a check tried to keep a test statement");
    }
};

/// The stay in which a route may want the words to be: one that is going on now, if any.
std::optional<std::string> currentEncounter(const Connection& connection,
                                            const std::string& patient) {
    const adapters::WorklistQuery query{.source = "patients", .patients = {"Patient/" + patient}};
    const auto list = connection.adapter->worklist(query);
    if (list.stays.empty()) return std::nullopt;
    return list.stays.front().encounter.id;
}

domain::Statement testStatement(const std::string& patient, std::optional<std::string> encounter) {
    const auto now = std::chrono::system_clock::now();
    domain::Statement statement{.id = "urn:uuid:" + fhir::randomUuid(),
                                .patient = patient,
                                .encounter = std::move(encounter),
                                .text = kWords,
                                .language = "en",
                                .said = fhir::DateTime::fromInstant(now),
                                .recorded = fhir::DateTime::fromInstant(now)};
    return statement;
}

fhir::http::Response send(const Connection& connection, const std::string& method,
                          const std::string& location, std::string body, std::string version) {
    const auto& client = connection.adapter->client();
    auto request = client.request(method, client.urlOf(location));
    if (!body.empty()) request.headers.set("Content-Type", "application/fhir+json");
    if (!version.empty()) request.headers.set("If-Match", "W/\"" + version + "\"");
    request.body = std::move(body);
    return client.transport().send(request, fhir::deadlineIn(client.options().timeout));
}

bool markEnteredInError(const Connection& connection, const std::string& location) {
    const auto parts = fhir::parseReference(location);
    if (!parts || parts->type != fhir::Observation::resourceType) return false;
    auto observation = connection.adapter->client().read<fhir::Observation>(parts->id);
    const auto version = observation.meta ? observation.meta->versionId.value_or("") : "";
    observation.status = "entered-in-error";
    const auto answer = send(connection, "PUT", location, fhir::toJsonText(observation), version);
    return answer.status == 200 || answer.status == 201;
}

/// What became of the test statement, as the end of a sentence; `isGone` where nothing is left to
/// do.
std::string takeAway(const Connection& connection, const std::string& location, bool& isGone) {
    isGone = true;
    const auto type = location.substr(0, location.find('/'));
    const auto capabilities = connection.adapter->capabilities();
    try {
        if (capabilities.supports(type, "delete")) {
            const auto status = send(connection, "DELETE", location, {}, {}).status;
            if (status >= 200 && status < 300) return "and deleted again";
        }
        if (capabilities.supports(type, "update") && markEnteredInError(connection, location))
            return "and marked as entered in error";
    } catch (const Error&) {
        // The step has proved that it can be written; what is left is said below.
    }
    isGone = false;
    return "and is there still, because the EHR lets nobody take it away: mark " + location +
           " as entered in error in the chart";
}

}  // namespace

CheckStep writeTest(const Connection& connection, const std::string& patient) {
    auto routes = connection.settings.routes;
    std::erase(routes, "companion");
    if (routes.empty())
        return {"skip", "the ladder has the companion alone: nothing is written to the EHR"};
    const auto observation =
        domain::toObservation(testStatement(patient, currentEncounter(connection, patient)));
    NoCompanion companion;
    const auto written = connection.adapter->write(routes, observation, companion, false);
    bool isGone = false;
    auto text = "a test statement was written by " + written.route + " as " + written.location +
                " and read back";
    if (!written.remark.empty()) text += " (" + written.remark + ")";
    text += ", " + takeAway(connection, written.location, isGone);
    return {isGone && written.remark.empty() ? "pass" : "warn", text};
}

}  // namespace plugin::cli
