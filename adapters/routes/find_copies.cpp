#include "adapters/routes/find_copies.h"

#include <algorithm>

#include "adapters/companion_references.h"
#include "adapters/routes/compare.h"
#include "adapters/search_query.h"

namespace adapters {
namespace {

using fhir::Error;
using fhir::ErrorKind;
using fhir::Query;

template <class Resource>
const fhir::Identifier& ownIdentifier(const Resource& resource) {
    return resource.identifier.front();
}
const fhir::Identifier& ownIdentifier(const fhir::QuestionnaireResponse& response) {
    return *response.identifier;
}

std::pair<std::string, std::string> patientIs(const RouteContext& context,
                                              const std::optional<fhir::Reference>& subject) {
    const auto id = *context.client.server().findId(subject, "Patient");
    return {"patient", joinedReferences(context.profile, "Patient", {id})};
}

std::string token(const fhir::Coding& coding) {
    return coding.system ? *coding.system + "|" + coding.code.value_or("")
                         : coding.code.value_or("");
}

/// A search that can find the resource where `identifier` is not taken or not kept.
Query widerQuery(const RouteContext& context, const fhir::Observation& observation) {
    if (const auto tag = companionTag(*observation.subject)) return {{"_tag", tagToken(*tag)}};
    return {patientIs(context, observation.subject),
            {"code", token(observation.code.coding.front())}};
}
Query widerQuery(const RouteContext&, const fhir::Flag& flag) {
    if (const auto tag = companionTag(flag.subject)) return {{"_tag", tagToken(*tag)}};
    return {{"subject", flag.subject.relative()}};
}
Query widerQuery(const RouteContext& context, const fhir::QuestionnaireResponse& response) {
    return {patientIs(context, response.subject),
            {"questionnaire", response.questionnaire.value_or("")}};
}
Query widerQuery(const RouteContext& context, const fhir::DocumentReference& document) {
    return {patientIs(context, document.subject), {"type", token(document.type->coding.front())}};
}
Query widerQuery(const RouteContext& context, const fhir::Communication& message) {
    if (message.subject) return {patientIs(context, message.subject)};
    return {{"recipient", message.recipient.front().relative()}};
}
Query widerQuery(const RouteContext& context, const fhir::Task& task) {
    if (task.taskFor) return {patientIs(context, task.taskFor)};
    return {{"owner", task.owner->relative()}};
}

/// The narrowest first: not every server takes `identifier`, nor keeps what it found by.
template <class Resource>
std::vector<Query> queriesFor(const RouteContext& context, const Resource& resource) {
    std::vector<Query> queries;
    if (context.profile.keepsIdentifiers)
        queries.push_back({{"identifier", identifierToken(resource)}});
    queries.push_back(widerQuery(context, resource));
    return queries;
}

bool hasIdentifier(const fhir::json::Value& resource, const fhir::Identifier& wanted) {
    const auto isIt = [&](const fhir::json::Value& one) {
        return one.findString("system") == wanted.system && one.findString("value") == wanted.value;
    };
    const auto identifier = resource.find("identifier");
    if (!identifier) return false;
    if (identifier->isObject()) return isIt(*identifier);
    for (const auto one : identifier->array())
        if (isIt(one)) return true;
    return false;
}

/// Reads a search entry that has our identifier. There and not readable is no reason to write it
/// again: it would be there twice.
template <class Resource>
Resource readCopy(const fhir::BundleEntry& entry) {
    try {
        return Resource::fromJson(entry.resource);
    } catch (const Error& error) {
        throw Error(ErrorKind::Conflict, entry.resourceType + "/" + entry.id +
                                             " has our identifier but cannot be read: " +
                                             error.path() + " " + error.what());
    }
}

/// The copy that this entry is; nullopt where it is none.
template <class Resource>
std::optional<Resource> copyIn(const RouteContext& context, const Resource& resource,
                               const fhir::BundleEntry& entry) {
    if (hasIdentifier(entry.resource, ownIdentifier(resource))) return readCopy<Resource>(entry);
    if (context.profile.keepsIdentifiers) return std::nullopt;
    auto other = Resource::fromJson(entry.resource);
    if (!saysTheSame(resource, other, context.client.server())) return std::nullopt;
    return other;
}

template <class Resource>
bool isOlder(const Resource& left, const Resource& right) {
    const auto updated = [](const Resource& one) {
        const auto text = one.meta ? one.meta->lastUpdated.value_or("") : "";
        const auto moment = fhir::DateTime::tryParse(text);
        return moment ? moment->earliest() : fhir::Instant::max();
    };
    return updated(left) < updated(right);
}

}  // namespace

bool isNo(ErrorKind kind) noexcept {
    return kind == ErrorKind::Refused || kind == ErrorKind::Forbidden ||
           kind == ErrorKind::NotFound;
}

template <class Resource>
std::string identifierToken(const Resource& resource) {
    const auto& identifier = ownIdentifier(resource);
    return identifier.system.value_or("") + "|" + identifier.value.value_or("");
}

template <class Resource>
std::vector<Resource> findCopies(const RouteContext& context, const Resource& resource) {
    std::string why;
    for (const auto& query : queriesFor(context, resource)) {
        std::vector<Resource> copies;
        try {
            const auto outcome = context.client.search(
                Resource::resourceType, query, [&](const fhir::BundleEntry& entry) {
                    if (entry.resourceType != Resource::resourceType) return;
                    if (std::any_of(copies.begin(), copies.end(),
                                    [&](const Resource& one) { return one.id == entry.id; }))
                        return;
                    if (auto copy = copyIn(context, resource, entry))
                        copies.push_back(*std::move(copy));
                });
            if (copies.empty() && outcome.elsewhere != 0)
                throw Error(ErrorKind::BadReply,
                            "whether an earlier try arrived cannot be found out, so it is not sent "
                            "again: " +
                                outcome.issues.back().text);
        } catch (const Error& error) {
            if (!isNo(error.kind())) throw;
            why = error.what();
            continue;
        }
        std::stable_sort(copies.begin(), copies.end(), isOlder<Resource>);
        return copies;
    }
    throw Error(
        ErrorKind::BadReply,
        "whether an earlier try arrived cannot be found out, so it is not sent again: " + why);
}

#define FIND_COPIES_OF(Resource)                                                     \
    template std::vector<Resource> findCopies(const RouteContext&, const Resource&); \
    template std::string identifierToken(const Resource&);

FIND_COPIES_OF(fhir::Observation)
FIND_COPIES_OF(fhir::Flag)
FIND_COPIES_OF(fhir::QuestionnaireResponse)
FIND_COPIES_OF(fhir::DocumentReference)
FIND_COPIES_OF(fhir::Communication)
FIND_COPIES_OF(fhir::Task)

}  // namespace adapters
