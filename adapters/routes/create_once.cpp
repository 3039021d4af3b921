#include "adapters/routes/create_once.h"

#include <algorithm>

#include "adapters/adapter.h"
#include "adapters/batches.h"
#include "adapters/routes/compare.h"

namespace adapters {
namespace {

using fhir::Error;
using fhir::ErrorKind;
using fhir::Query;

constexpr int kPreconditionFailed = 412;
constexpr int kConflict = 409;

template <class Resource>
std::string typeOf() {
    return std::string(Resource::resourceType);
}

template <class Resource>
std::string identifierToken(const Resource& resource) {
    const auto& identifier = resource.identifier.front();
    return identifier.system.value_or("") + "|" + identifier.value.value_or("");
}

bool isNo(ErrorKind kind) noexcept {
    return kind == ErrorKind::Refused || kind == ErrorKind::Forbidden ||
           kind == ErrorKind::NotFound;
}

/// Searches that can find the resource, the narrowest first: not every server takes `identifier`.
std::vector<Query> queriesFor(const RouteContext& context, const fhir::Observation& observation) {
    const auto patient = fhir::parseReference(observation.subject->relative())->id;
    return {Query{{"identifier", identifierToken(observation)}},
            Query{{"patient", joinedReferences(context.profile, "Patient", {patient})},
                  {"code", std::string(kLoinc) + "|" + std::string(kCareExperiencePreference)}}};
}
std::vector<Query> queriesFor(const RouteContext&, const fhir::Flag& flag) {
    return {Query{{"identifier", identifierToken(flag)}},
            Query{{"subject", flag.subject.relative()}}};
}

bool hasIdentifier(const fhir::json::Value& resource, const fhir::Identifier& wanted) {
    for (const auto one : resource.findArray("identifier"))
        if (one.findString("system") == wanted.system && one.findString("value") == wanted.value)
            return true;
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

template <class Resource>
bool isOlder(const Resource& left, const Resource& right) {
    const auto updated = [](const Resource& one) {
        const auto text = one.meta ? one.meta->lastUpdated.value_or("") : "";
        const auto moment = fhir::DateTime::tryParse(text);
        return moment ? moment->earliest() : fhir::Instant::max();
    };
    return updated(left) < updated(right);
}

/// What on the server has the identifier of `resource`, oldest first. Throws Error{BadReply}
/// where the server lets nobody find out.
template <class Resource>
std::vector<Resource> findCopies(const RouteContext& context, const Resource& resource) {
    std::string why;
    for (const auto& query : queriesFor(context, resource)) {
        std::vector<Resource> copies;
        try {
            context.client.search(
                Resource::resourceType, query, [&](const fhir::BundleEntry& entry) {
                    if (entry.resourceType == Resource::resourceType &&
                        hasIdentifier(entry.resource, resource.identifier.front()) &&
                        std::none_of(copies.begin(), copies.end(),
                                     [&](const Resource& one) { return one.id == entry.id; }))
                        copies.push_back(readCopy<Resource>(entry));
                });
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

/// The oldest copy on the server, compared with what was meant; nullopt where there is none.
template <class Resource>
std::optional<Written> findWritten(const RouteContext& context, const Resource& resource) {
    const auto copies = findCopies(context, resource);
    if (copies.empty()) return std::nullopt;
    Written written{typeOf<Resource>() + "/" + copies.front().id,
                    compare(resource, copies.front(), context.client.options().base)};
    if (copies.size() > 1) {
        if (!written.remark.empty()) written.remark += "; ";
        written.remark += "it is there " + std::to_string(copies.size()) + " times:";
        for (const auto& copy : copies) written.remark += " " + typeOf<Resource>() + "/" + copy.id;
    }
    return written;
}

template <class Resource>
std::string readBack(const RouteContext& context, const Resource& resource,
                     const std::string& location) {
    const auto id = fhir::parseReference(location)->id;
    const auto theirs = [&]() -> std::optional<Resource> {
        try {
            return context.client.read<Resource>(id);
        } catch (const Error& error) {
            if (error.kind() == ErrorKind::NotFound)
                throw Error(ErrorKind::BadReply,
                            "the server accepted it as " + location +
                                " but does not find it there; it is looked for again later");
            // Written it is; whoever comes again must look first, which a bare 401 would not say.
            if (error.kind() == ErrorKind::Unauthorized)
                throw Error(ErrorKind::BadReply,
                            "the server accepted it as " + location +
                                " but does not let it be read back: " + error.what());
            if (!isNo(error.kind())) throw;
            return std::nullopt;
        }
    }();
    if (!theirs) return "the EHR took it but does not let it be read back";
    return compare(resource, *theirs, context.client.options().base);
}

template <class Resource>
fhir::CreateOptions createOptions(const RouteContext& context, const Resource& resource) {
    const auto* type = context.capabilities.find(Resource::resourceType);
    if (!context.profile.conditionalCreate || type == nullptr || !type->conditionalCreate)
        return {};
    return {"identifier=" + fhir::percentEncode(identifierToken(resource))};
}

/// An answer that says "it is there already, perhaps more than once".
bool saysAlreadyThere(const Error& error) noexcept {
    return error.status() == kPreconditionFailed || error.status() == kConflict;
}

}  // namespace

std::optional<std::string> whyNoCreate(const RouteContext& context, std::string_view type) {
    if (context.capabilities.resource.empty())
        return "The EHR does not say what it can do (its CapabilityStatement cannot be read or "
               "lists nothing), so nothing is written to it.";
    if (context.capabilities.supports(type, "create")) return std::nullopt;
    return "The EHR takes no new " + std::string(type) +
           " from other software (its CapabilityStatement lists no create for " +
           std::string(type) + ").";
}

template <class Resource>
Written createOnce(const RouteContext& context, const Resource& resource) {
    const auto options = createOptions(context, resource);
    if (context.mayBeThere)
        if (auto written = findWritten(context, resource)) return *std::move(written);
    auto sent = resource;
    sent.id.clear();  // the server gives the id (R4, http, section 3.1.0.8)
    fhir::Created created;
    try {
        created = context.client.create(Resource::resourceType, fhir::toJsonText(sent), options);
    } catch (const Error& error) {
        if (!saysAlreadyThere(error)) throw;
        if (auto written = findWritten(context, resource)) return *std::move(written);
        if (error.status() == kConflict) throw;
        throw Error(ErrorKind::BadReply,
                    "the server says that it is there more than once, but finds it nowhere");
    }
    if (created.location.empty()) {
        if (auto written = findWritten(context, resource)) return *std::move(written);
        throw Error(ErrorKind::BadReply,
                    "the server accepted it without saying where, and does not find it by its "
                    "identifier; it is looked for again later");
    }
    Written written{created.location, ""};
    if (context.profile.readBack) written.remark = readBack(context, resource, written.location);
    return written;
}

template Written createOnce(const RouteContext&, const fhir::Observation&);
template Written createOnce(const RouteContext&, const fhir::Flag&);

}  // namespace adapters
