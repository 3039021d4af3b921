#include "plugin/subscriptions/notification.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <vector>

#include "fhir/base/json.h"
#include "fhir/r4/subscription_status.h"

namespace plugin::subscriptions {
namespace {

using fhir::TypeAndId;
using fhir::json::Value;
using Names = std::vector<TypeAndId>;

/// A change of one of these may bring somebody to a unit, or take them from it.
constexpr std::array<std::string_view, 4> kLists{"List", "Group", "Location", "Appointment"};

std::optional<TypeAndId> named(const fhir::Reference& reference) {
    return fhir::parseReference(reference.relative());
}

/// Of a URL or a reference, as a Bundle writes them.
std::optional<TypeAndId> named(const std::string& text) {
    return named(fhir::Reference{.reference = text, .type = {}, .display = {}});
}

/// One change: of `focus`, and what else it is said to be about.
void add(Notification& notification, const TypeAndId& focus, const Names& context) {
    bool isOfPatient = false;
    const auto addPatient = [&](const TypeAndId& one) {
        if (one.type != "Patient") return;
        notification.patients.insert(one.id);
        isOfPatient = true;
    };
    addPatient(focus);
    for (const auto& one : context) addPatient(one);
    if (focus.type == "Encounter") {
        notification.stays.insert(focus.id);
        return;
    }
    if (std::find(kLists.begin(), kLists.end(), focus.type) != kLists.end()) {
        notification.anything = true;
        return;
    }
    if (isOfPatient) return;
    const auto before = notification.stays.size();
    for (const auto& one : context)
        if (one.type == "Encounter") notification.stays.insert(one.id);
    if (notification.stays.size() == before) notification.anything = true;
}

/// What a resource says that it is about.
Names contextOf(const Value& resource) {
    Names context;
    const auto take = [&](const Value& reference) {
        if (!reference.isObject()) return;
        const auto text = reference.find("reference");
        if (!text || !text->isString()) return;
        if (auto one = named(text->string())) context.push_back(*std::move(one));
    };
    if (const auto subject = resource.find("subject")) take(*subject);
    if (const auto patient = resource.find("patient")) take(*patient);
    if (const auto encounter = resource.find("encounter")) take(*encounter);
    return context;
}

std::optional<TypeAndId> nameOf(const Value& resource) {
    const auto id = resource.findString("id");
    if (!id) return std::nullopt;
    return fhir::parseReference(resource.at("resourceType").string() + "/" + *id);
}

void addResource(Notification& notification, const Value& resource) {
    if (const auto focus = nameOf(resource))
        add(notification, *focus, contextOf(resource));
    else
        notification.anything = true;
}

void addEntry(Notification& notification, const Value& entry) {
    if (const auto resource = entry.find("resource")) return addResource(notification, *resource);
    std::optional<TypeAndId> focus;
    if (const auto url = entry.findString("fullUrl")) focus = named(*url);
    if (const auto request = entry.find("request"); request && !focus)
        if (const auto url = request->findString("url")) focus = named(*url);
    if (focus)
        add(notification, *focus, {});
    else
        notification.anything = true;
}

void addEvents(Notification& notification, const fhir::SubscriptionStatus& status,
               const std::map<std::string, Names>& contexts) {
    for (const auto& event : status.notificationEvent) {
        if (event.eventNumber > 0) notification.numbers.insert(event.eventNumber);
        const auto focus = event.focus ? named(*event.focus) : std::nullopt;
        Names context;
        for (const auto& one : event.additionalContext)
            if (auto name = named(one)) context.push_back(*std::move(name));
        if (!focus) {
            notification.anything = true;
            continue;
        }
        if (const auto found = contexts.find(focus->text()); found != contexts.end())
            context.insert(context.end(), found->second.begin(), found->second.end());
        add(notification, *focus, context);
    }
}

void readBundle(Notification& notification, const Value& bundle) {
    std::optional<fhir::SubscriptionStatus> status;
    std::vector<Value> entries;
    fhir::json::Wanted wanted;
    for (const auto entry : bundle.findArray("entry")) {
        const auto resource = entry.find("resource");
        if (!status && resource && fhir::SubscriptionStatus::isOne(*resource))
            status = fhir::SubscriptionStatus::fromJson(*resource, wanted);
        else
            entries.push_back(entry);
    }
    fhir::json::logLeftOut("notification", wanted.problems());
    if (!status) bundle.refuse("is no notification: no status of a subscription is in it");
    notification.subscription = status->subscription.relative();
    const auto since = status->eventsSinceSubscriptionStart.value_or(0);
    if (since > 0) notification.numbers.insert(since);
    if (status->type == "handshake" || status->type == "heartbeat" ||
        status->type == "query-status") {
        notification.kind = status->type == "handshake" ? Notification::Kind::Handshake
                                                        : Notification::Kind::Heartbeat;
        return;
    }
    std::map<std::string, Names> contexts;
    for (const auto& entry : entries)
        if (const auto resource = entry.find("resource"))
            if (const auto name = nameOf(*resource)) contexts[name->text()] = contextOf(*resource);
    if (!status->notificationEvent.empty())
        addEvents(notification, *status, contexts);
    else if (entries.empty())
        notification.anything = true;
    else
        for (const auto& entry : entries) addEntry(notification, entry);
}

}  // namespace

Notification Notification::ofAnything() {
    Notification notification;
    notification.anything = true;
    return notification;
}

Notification Notification::read(const std::string& body, const std::string& target) {
    Notification notification;
    if (body.empty()) {
        if (const auto focus = fhir::parseReference(target))
            add(notification, *focus, {});
        else
            notification.anything = true;
        return notification;
    }
    const auto document = fhir::json::Document::parse(body, {.bytesMax = kBytesMax});
    const auto root = document.root();
    if (root.at("resourceType").text() == "Bundle")
        readBundle(notification, root);
    else
        addResource(notification, root);
    return notification;
}

}  // namespace plugin::subscriptions
