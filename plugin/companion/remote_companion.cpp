#include "plugin/companion/remote_companion.h"

#include <algorithm>

#include "adapters/companion_references.h"
#include "adapters/routes/find_copies.h"
#include "fhir/base/json.h"

namespace plugin::companion {
namespace {

using adapters::Authored;
using fhir::Error;
using fhir::ErrorKind;
using fhir::ErrorOrigin;

constexpr const char* kEnteredInError = "entered-in-error";

/// There is no ladder behind this server.
class Nowhere final : public adapters::Companion {
public:
    std::string keep(const Authored& /*authored*/) override { return {}; }
};

std::string routeOf(const Authored& authored) {
    return std::holds_alternative<fhir::Flag>(authored) ? "flag" : "observation";
}

const std::vector<fhir::Coding>& tagsOf(const Authored& authored) {
    static const std::vector<fhir::Coding> kNone;
    return std::visit(
        [](const auto& one) -> const std::vector<fhir::Coding>& {
            return one.meta ? one.meta->tag : kNone;
        },
        authored);
}

bool hasTag(const fhir::json::Value& resource, const fhir::Coding& tag) {
    const auto meta = resource.find("meta");
    if (!meta) return false;
    for (const auto one : meta->findArray("tag"))
        if (one.findString("system") == tag.system && one.findString("code") == tag.code)
            return true;
    return false;
}

/// The resource as it is there, but in error and under no identifier of ours.
std::string dropped(const fhir::json::Value& resource) {
    fhir::json::Writer writer;
    writer.beginObject();
    for (const auto [name, value] : resource.object())
        if (name == "status")
            writer.member(name, kEnteredInError);
        else if (name != "identifier")
            writer.key(name).value(value);
    return writer.endObject().take();
}

/// The routes speak of the server that they write to as the EHR.
std::string ofThatServer(std::string text) {
    for (const auto& [from, to] : {std::pair<std::string_view, std::string_view>("the EHR", "it"),
                                   std::pair<std::string_view, std::string_view>("The EHR", "It")})
        for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at))
            text.replace(at, from.size(), to);
    return text;
}

/// The EHR is neither asked nor left alone for what another server says: no status and no wait.
/// What our own store says is not that server's.
Error fromServer(const Error& error, const std::string& name) {
    if (error.origin() == ErrorOrigin::Store) return error;
    const auto text = "the companion server " + name + ": " + ofThatServer(error.what());
    if (error.kind() == ErrorKind::Unauthorized)
        return {ErrorKind::Unavailable,
                "the companion server " + name + " does not accept our credentials",
                ErrorOrigin::Companion};
    return {error.kind(), text, ErrorOrigin::Companion};
}

}  // namespace

template <class Function>
auto RemoteCompanion::told(Function function) const {
    try {
        return function();
    } catch (const Error& error) {
        throw fromServer(error, adapters::serverName(server_.client().options().base.text()));
    }
}

std::string RemoteCompanion::addressOf(const std::string& location) const {
    return server_.client().urlOf(location).text();
}

std::optional<std::string> RemoteCompanion::findExisting(const Authored& there) const {
    Nowhere nowhere;
    auto found = server_.findExisting({routeOf(there)}, there, nowhere, deadline_);
    return found.holder == adapters::Holder::Nobody ? std::nullopt
                                                    : std::optional(std::move(found.location));
}

std::string RemoteCompanion::mark(const fhir::Observation& there,
                                  const std::string& location) const {
    const auto client = server_.client().withDeadline(deadline_);
    const auto held = client.read<fhir::Observation>(fhir::parseReference(location)->id);
    // It has our identifier; its patient may have had another id when it was kept.
    std::string former;
    if (held.subject && held.subject->identifier)
        former = held.subject->identifier->value.value_or("");
    Nowhere nowhere;
    const auto done = server_.retract(routeOf(there), location, there, former, nowhere, deadline_);
    if (done.holder == adapters::Holder::Companion)
        throw Error(ErrorKind::Refused, done.skipped.back().why);
    return location;
}

/// Words that nobody finds again are lost, however well they are kept. It is there by now, so that
/// whatever is wrong leaves a doubt: a later try must not bring it elsewhere.
void RemoteCompanion::requireFindable(const Authored& there, const std::string& location) const {
    const auto place = fhir::parseReference(location);
    const auto held = [&] {
        try {
            return server_.client().withDeadline(deadline_).read(place->type, place->id);
        } catch (const Error& error) {
            if (!adapters::isNo(error.kind())) throw;
            throw Error(ErrorKind::BadReply,
                        "it holds " + location + " and does not let it be read: " + error.what());
        }
    }();
    for (const auto& tag : tagsOf(there))
        if (!hasTag(held.root(), tag))
            throw Error(ErrorKind::BadReply,
                        "it holds " + location +
                            ", and did not keep the meta.tag by which what is about a patient is "
                            "found there");
}

std::string RemoteCompanion::keep(const Authored& authored) {
    database_.transaction([&](Poco::Data::Session& session) { requireHeld(session, entry_); });
    return told([&] {
        const auto there = adapters::toCompanionReferences(authored, ehrBase_);
        const auto* observation = std::get_if<fhir::Observation>(&there);
        if (observation != nullptr && observation->status == kEnteredInError)
            if (const auto place = findExisting(there))
                return addressOf(mark(*observation, *place));
        Nowhere nowhere;
        const auto written =
            server_.write({routeOf(there)}, there, nowhere, entry_.mayBeThere, deadline_);
        requireFindable(there, written.location);
        return addressOf(written.location);
    });
}

std::optional<CompanionPlace> RemoteCompanion::find(const Authored& authored) {
    if (auto ours = LocalCompanion(database_, entry_).find(authored)) return ours;
    return told([&]() -> std::optional<CompanionPlace> {
        const auto there = adapters::toCompanionReferences(authored, ehrBase_);
        const auto place = findExisting(there);
        if (!place) return std::nullopt;
        requireFindable(there, *place);
        return CompanionPlace{placement(), addressOf(*place)};
    });
}

std::optional<std::string> RemoteCompanion::removeCopy(const Authored& authored) {
    database_.transaction([&](Poco::Data::Session& session) { requireHeld(session, entry_); });
    return told([&]() -> std::optional<std::string> {
        const auto place = findExisting(adapters::toCompanionReferences(authored, ehrBase_));
        if (!place) return std::nullopt;
        const auto there = fhir::parseReference(*place);
        const auto client = server_.client().withDeadline(deadline_);
        const auto held = client.readVersioned(there->type, there->id);
        client.update(there->type, there->id, dropped(held.document.root()),
                      {.ifMatch = held.etag});
        return addressOf(*place);
    });
}

}  // namespace plugin::companion
