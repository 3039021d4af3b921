#include "adapters/routes/retract.h"

#include <algorithm>

#include "adapters/companion_references.h"
#include "adapters/routes/find_copies.h"

namespace adapters {
namespace {

using fhir::Error;
using fhir::ErrorKind;
using fhir::json::Value;

/// How often what somebody else changes meanwhile is read again, in one try.
constexpr int kReadingsMax = 3;

bool isMarked(const Value& resource) {
    return resource.findString("status") == kEnteredInError;
}

/// The resource as it was read, every element of it, with that status alone changed.
std::string marked(const Value& resource) {
    fhir::json::Writer writer;
    writer.beginObject();
    for (const auto [name, value] : resource.object())
        if (name == "status" || name == "docStatus")
            writer.member(name, kEnteredInError);
        else
            writer.key(name).value(value);
    return writer.endObject().take();
}

/// Who a reference to a patient means, and under which system; nullopt where it means nobody here.
std::optional<std::pair<std::string, std::string>> patientOf(const fhir::Reference& reference,
                                                             const fhir::ServerAddress& server) {
    if (addressOf(reference) && reference.type == "Patient")
        return std::pair(reference.identifier->system.value_or(""),
                         reference.identifier->value.value_or(""));
    if (auto id = server.findId(reference, "Patient")) return std::pair(std::string(), *id);
    return std::nullopt;
}

/// What is there now may be about somebody else: ids are given anew where charts are merged.
void requireSamePatient(const RouteContext& context, const Value& resource,
                        const fhir::Observation& retracted, const std::string& formerPatient) {
    auto subject = resource.find("subject");
    if (!subject) subject = resource.find("for");
    const auto& server = context.client.server();
    const auto patient = patientOf(*retracted.subject, server);
    fhir::json::Wanted wanted;
    const auto there =
        subject ? patientOf(fhir::Reference::fromJson(*subject, wanted), server) : std::nullopt;
    const bool isSame = there && patient && there->first == patient->first &&
                        (there->second == patient->second || there->second == formerPatient);
    if (!isSame)
        throw Error(ErrorKind::Conflict, "what is there now is not about this patient any more");
}

/// The answer to an update says that it was done; whether it was kept is another matter.
std::string readBack(const RouteContext& context, const fhir::TypeAndId& place) {
    try {
        const auto document = context.client.read(place.type, place.id);
        if (isMarked(document.root())) return {};
    } catch (const Error& error) {
        if (!isNo(error.kind())) throw;
        return "the EHR took it but does not let it be read back";
    }
    throw Error(ErrorKind::Refused, "The EHR took the change and did not keep it");
}

/// Returns what a person should know, "" where nothing.
std::string mark(const RouteContext& context, const fhir::TypeAndId& place,
                 const fhir::Observation& retracted, const std::string& formerPatient) {
    for (int reading = 0; reading < kReadingsMax; ++reading) {
        try {
            const auto there = context.client.readVersioned(place.type, place.id);
            if (isMarked(there.document.root())) return {};
            requireSamePatient(context, there.document.root(), retracted, formerPatient);
            context.client.update(place.type, place.id, marked(there.document.root()),
                                  {.ifMatch = there.etag});
            return readBack(context, place);
        } catch (const Error& error) {
            if (error.kind() == ErrorKind::NotFound) return "it is no longer there";
            const bool isOtherVersion = error.status() == 409 || error.status() == 412;
            if (!isOtherVersion) throw;
        }
    }
    throw Error(ErrorKind::Unavailable, "somebody else keeps changing " + place.text());
}

bool isFinal(ErrorKind kind) noexcept {
    return isNo(kind) || kind == ErrorKind::Conflict || kind == ErrorKind::InvalidInput;
}

/// A sentence that ends in what to do.
std::string whatToDo(const std::string& why, const std::string& location) {
    if (location.starts_with("Communication/"))
        return why + ": tell those who got the message (" + location +
               ") that it was written down by mistake.";
    return why + ": mark " + location + " as entered in error in the EHR itself.";
}

}  // namespace

std::optional<std::string> whyNoUpdate(const RouteContext& context, std::string_view type) {
    const auto& updates = context.profile.updates;
    const bool isKnown = std::find(updates.begin(), updates.end(), type) != updates.end();
    if (isKnown && context.capabilities.supports(type, "update"))
        return whyNotGranted(context, type, fhir::smart::ResourceScope::kUpdate);
    return "The EHR lets no other software change " + std::string(type) + " (" +
           (isKnown ? "its CapabilityStatement lists no update" : "its profile names no update") +
           " for it)";
}

LadderResult retractWritten(const RouteContext& context, const std::string& route,
                            const std::string& location, const fhir::Observation& retracted,
                            const std::string& formerPatient) {
    const auto place = fhir::parseReference(location);
    if (!place)
        throw Error(ErrorKind::InvalidInput, "the receipt does not say where the EHR has it");
    LadderResult result;
    auto why = whyNoUpdate(context, place->type);
    if (!why) {
        try {
            result.remark = mark(context, *place, retracted, formerPatient);
            result.holder = Holder::Ehr;
            result.route = route;
            result.location = location;
            return result;
        } catch (const Error& error) {
            if (!isFinal(error.kind())) throw;
            why = error.what();
        }
    }
    result.skipped.push_back({route, whatToDo(*why, location)});
    result.location = context.companion.keep(retracted);
    result.holder = Holder::Companion;
    result.route = kCompanionRoute;
    return result;
}

}  // namespace adapters
