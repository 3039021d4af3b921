#include "adapters/simulator/validation.h"

#include <algorithm>

#include "fhir/base/error.h"
#include "fhir/r4/flag.h"
#include "fhir/r4/observation.h"

namespace adapters::simulator {
namespace {

using fhir::Error;
using fhir::ErrorKind;
using fhir::json::Value;

constexpr int kUnprocessable = 422;

[[noreturn]] void malformed(const std::string& why, const std::string& place) {
    throw Error(ErrorKind::InvalidInput, why, place);
}

[[noreturn]] void breaksRule(const std::string& why, const std::string& place) {
    throw Error(ErrorKind::Refused, why, place).withStatus(kUnprocessable);
}

bool isOneOf(const std::vector<std::string_view>& all, std::string_view one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

/// FHIR JSON has no empty values, and null only in arrays beside a sibling (R4, json, 2.1.0.8).
void requireNoEmpty(const Value& value, const std::string& place) {
    const bool isEmpty = value.isNull() || (value.isString() && value.text().empty()) ||
                         ((value.isObject() || value.isArray()) && value.size() == 0);
    if (isEmpty) malformed("an element is empty", place);
    // Recursion is bounded: a document is never deeper than Limits::depthMax.
    if (value.isObject())
        for (const auto [name, inner] : value.object())
            requireNoEmpty(inner, place + "." + std::string(name));
    if (value.isArray())
        for (const auto element : value.array())
            if (!element.isNull()) requireNoEmpty(element, place);
}

void requireElements(const Definition& definition, const Value& body, bool relaxed) {
    const std::string type(definition.type);
    for (const auto [name, value] : body.object()) {
        const auto element = name.starts_with('_') ? name.substr(1) : name;
        if (!relaxed && !isOneOf(definition.elements, element))
            breaksRule("there is no such element", type + "." + std::string(element));
    }
    for (const auto name : definition.required)
        if (!body.find(name)) breaksRule("is required", type + "." + std::string(name));
    if (definition.statuses.empty()) return;
    const auto status = body.findString("status").value_or("");
    if (!isOneOf(definition.statuses, status))
        breaksRule("is not among the codes of its required value set", type + ".status");
}

/// Every reference in the resource must be to a resource of this server.
void requireResolvable(const Value& value, const std::string& place, const Store& store,
                       const std::string& base) {
    if (value.isArray())
        for (const auto element : value.array()) requireResolvable(element, place, store, base);
    if (!value.isObject()) return;
    for (const auto [name, inner] : value.object()) {
        const auto below = place + "." + std::string(name);
        if (name != "reference" || !inner.isString()) {
            requireResolvable(inner, below, store, base);
            continue;
        }
        const auto parts = fhir::parseReference(ownReference(inner.text(), base));
        if (!parts || !store.find(parts->type, parts->id))
            breaksRule("the resource that it names is not on this server", below);
    }
}

void requireTargets(const Definition& definition, const Value& body, const std::string& base) {
    const auto check = [&](const Value& reference, const Targets& targets) {
        const auto text = reference.findString("reference");
        if (!text) return;
        const auto parts = fhir::parseReference(ownReference(*text, base));
        if (!parts || !isOneOf(targets.types, parts->type))
            breaksRule("names a type that may not stand here",
                       std::string(definition.type) + "." + std::string(targets.element));
    };
    for (const auto& targets : definition.targets)
        if (const auto element = body.find(targets.element)) {
            if (element->isArray())
                for (const auto one : element->array()) check(one, targets);
            else
                check(*element, targets);
        }
}

/// Types, dates and codes inside the datatypes, as the R4 structures read them.
void requireDatatypes(const Definition& definition, const Value& body) {
    try {
        if (definition.type == fhir::Observation::resourceType)
            fhir::Observation::fromJson(body);
        else if (definition.type == fhir::Flag::resourceType)
            fhir::Flag::fromJson(body);
    } catch (const Error& error) {
        breaksRule(error.path() + " " + error.what(), std::string(definition.type));
    }
}

/// Constraint obs-6: no reason for absence beside a value.
void requireObservationRules(const Value& body) {
    if (body.findString("resourceType") != fhir::Observation::resourceType) return;
    const auto members = body.object();
    int values = 0;
    for (const auto [name, value] : members) values += name.starts_with("value") ? 1 : 0;
    if (values > 1) breaksRule("has more than one value", "Observation.value");
    if (values == 1 && body.find("dataAbsentReason"))
        breaksRule("obs-6: may be there only where there is no value",
                   "Observation.dataAbsentReason");
}

}  // namespace

void validate(const Definition& definition, const Value& body, const Store& store,
              const std::string& base, bool relaxed) {
    const std::string type(definition.type);
    if (!body.isObject()) malformed("the body is no resource", type);
    if (body.findString("resourceType") != type)
        malformed("the resourceType is not that of the address", type);
    requireNoEmpty(body, type);
    requireElements(definition, body, relaxed);
    requireDatatypes(definition, body);
    requireTargets(definition, body, base);
    requireResolvable(body, type, store, base);
    requireObservationRules(body);
}

}  // namespace adapters::simulator
