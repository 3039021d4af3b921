#include "plugin/cds/prefetch.h"

#include "adapters/adapter.h"
#include "adapters/local_reference.h"
#include "fhir/client/reply.h"
#include "fhir/r4/bundle.h"

namespace plugin::cds {

using fhir::json::Value;

namespace {

std::optional<fhir::ErrorKind> failureOf(const Value& outcome) {
    try {
        fhir::refuseOutcome("prefetch", outcome);
        return std::nullopt;
    } catch (const fhir::Error& error) {
        return error.kind();
    }
}

}  // namespace

Prefetch prefetchOf(const Value& root, std::string_view key) {
    const auto prefetch = root.find("prefetch");
    if (!prefetch) return {};
    for (const auto [name, value] : prefetch->object()) {
        if (name != key) continue;
        if (value.isNull()) return {Prefetch::State::Null};
        const auto type = value.isObject() ? value.findString("resourceType") : std::nullopt;
        if (!type) return {Prefetch::State::Failed};
        if (*type == "OperationOutcome")
            return {.state = Prefetch::State::Failed, .failure = failureOf(value)};
        return {Prefetch::State::Given, value};
    }
    return {};
}

std::optional<WordsRead> statementsOf(const Value& json, const std::string& patient,
                                      const fhir::ClientOptions& server) {
    try {
        const auto bundle = fhir::Bundle::fromJson(json);
        if (bundle.next) return std::nullopt;
        WordsRead result{{}, bundle.issue.empty()};
        for (const auto& entry : bundle.entry) {
            if (entry.resourceType != fhir::Observation::resourceType) continue;
            const auto observation = fhir::Observation::fromJson(entry.resource);
            if (!adapters::isStatement(observation)) continue;
            // An id of another server means another person, whatever put them into one bundle.
            const auto subject = observation.subject.value_or(fhir::Reference{});
            const auto about = adapters::localId(subject, "Patient", server);
            // It may be this person there; who they are here cannot be read from it.
            if (!about && !subject.base().empty()) result.isWhole = false;
            if (about != patient) continue;
            if (auto statement = domain::fromObservation(observation))
                result.statements.push_back(std::move(*statement));
        }
        return result;
    } catch (const fhir::Error& error) {
        if (error.kind() != fhir::ErrorKind::InvalidInput) throw;
        return std::nullopt;
    }
}

}  // namespace plugin::cds
