#include "adapters/routes/create_once.h"

#include <algorithm>
#include <type_traits>

#include "adapters/routes/compare.h"
#include "adapters/routes/document_page.h"
#include "adapters/routes/find_copies.h"

namespace adapters {
namespace {

using fhir::Error;
using fhir::ErrorKind;

constexpr int kPreconditionFailed = 412;
constexpr int kConflict = 409;

template <class Resource>
std::string typeOf() {
    return std::string(Resource::resourceType);
}

/// A resource with what the server keeps of it elsewhere.
template <class Resource>
Resource whole(const RouteContext& context, Resource resource) {
    if constexpr (std::is_same_v<Resource, fhir::DocumentReference>)
        fetchPages(context.client, resource);
    return resource;
}

template <class Resource>
Resource readFrom(const RouteContext& context, const std::string& id) {
    return whole(context, context.client.read<Resource>(id));
}

/// The oldest copy on the server, compared with what was meant; nullopt where there is none.
template <class Resource>
std::optional<Written> findWritten(const RouteContext& context, const Resource& resource) {
    const auto copies = findCopies(context, resource);
    if (copies.empty()) return std::nullopt;
    Written written{typeOf<Resource>() + "/" + copies.front().id,
                    compare(resource, whole(context, copies.front()), context.client.server())};
    if (copies.size() > 1) {
        if (!written.remark.empty()) written.remark += "; ";
        written.remark += "it is there " + std::to_string(copies.size()) + " times:";
        for (const auto& copy : copies) written.remark += " " + typeOf<Resource>() + "/" + copy.id;
    }
    return written;
}

/// What a person has found, where it is of this type: the EHR must let it be read, or anybody's
/// could be taken for ours.
template <class Resource>
Written confirm(const RouteContext& context, const Resource& resource) {
    const auto place = fhir::parseReference(context.saidToBeAt);
    if (!place || place->type != Resource::resourceType)
        throw Error(ErrorKind::NotFound, "this way makes no " + context.saidToBeAt);
    return {context.saidToBeAt,
            compare(resource, readFrom<Resource>(context, place->id), context.client.server())};
}

template <class Resource>
std::string readBack(const RouteContext& context, const Resource& resource,
                     const std::string& location) {
    const auto id = fhir::parseReference(location)->id;
    const auto theirs = [&]() -> std::optional<Resource> {
        try {
            return readFrom<Resource>(context, id);
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
    return compare(resource, *theirs, context.client.server());
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
    if (!context.saidToBeAt.empty()) return std::nullopt;
    if (context.capabilities.resource.empty())
        return "The EHR does not say what it can do (its CapabilityStatement cannot be read or "
               "lists nothing), so nothing is written to it.";
    const auto& beyond = context.profile.createsBeyondMetadata;
    const bool listed = context.capabilities.supports(type, "create");
    if (listed || std::find(beyond.begin(), beyond.end(), type) != beyond.end()) {
        auto why = whyNotGranted(context, type, fhir::smart::ResourceScope::kCreate);
        if (why) *why += ".";
        return why;
    }
    return "The EHR takes no new " + std::string(type) +
           " from other software (its CapabilityStatement lists no create for " +
           std::string(type) + ").";
}

template <class Resource>
Written createOnce(const RouteContext& context, const Resource& resource) {
    if (!context.saidToBeAt.empty()) return confirm(context, resource);
    const auto options = createOptions(context, resource);
    if (context.searchOnly) {
        // Whatever somebody has made of it since: it is ours, and where it is, is all that is
        // asked.
        const auto copies = findCopies(context, resource);
        if (copies.empty()) throw Error(ErrorKind::NotFound, "it is not there");
        return {typeOf<Resource>() + "/" + copies.front().id, ""};
    }
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
                    "the server accepted it without saying where, and does not find it; it is "
                    "looked for again later");
    }
    Written written{created.location, ""};
    if (context.profile.readBack) written.remark = readBack(context, resource, written.location);
    return written;
}

template Written createOnce(const RouteContext&, const fhir::Observation&);
template Written createOnce(const RouteContext&, const fhir::Flag&);
template Written createOnce(const RouteContext&, const fhir::QuestionnaireResponse&);
template Written createOnce(const RouteContext&, const fhir::DocumentReference&);
template Written createOnce(const RouteContext&, const fhir::Communication&);
template Written createOnce(const RouteContext&, const fhir::Task&);

}  // namespace adapters
