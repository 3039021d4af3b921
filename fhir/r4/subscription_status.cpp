#include "fhir/r4/subscription_status.h"

#include <charconv>

#include "fhir/r4/parameters.h"

namespace fhir {

namespace {

using Parameter = Parameters::Parameter;

constexpr std::string_view kR4b = "SubscriptionStatus";

/// The value of a parameter where it is of that type.
template <class T>
std::optional<T> get(const Parameter& parameter) {
    if (!parameter.value) return std::nullopt;
    const auto* value = std::get_if<T>(&parameter.value->value);
    return value == nullptr ? std::nullopt : std::optional<T>(*value);
}

std::optional<std::int64_t> count(std::string_view digits) {
    std::int64_t result = 0;
    const auto* const end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, result);
    if (read.ec != std::errc() || read.ptr != end || result < 0) return std::nullopt;
    return result;
}

/// R4 has no 64-bit integers, so a count comes as text; some servers send a number all the same.
std::optional<std::int64_t> count(const Parameter& parameter) {
    if (const auto number = get<std::int64_t>(parameter)) return number;
    const auto digits = get<std::string>(parameter);
    return digits ? count(*digits) : std::nullopt;
}

/// The same of R4B, where it is JSON text as well (integer64).
std::optional<std::int64_t> count(const json::Value& json, json::Name name, json::Wanted& wanted) {
    const auto read = wanted.read(json, name, [](const json::Value& value) {
        return value.isString() ? count(value.text()) : std::optional(value.integer());
    });
    return read.value_or(std::nullopt);
}

SubscriptionStatus::NotificationEvent readEvent(const Parameter& parameter) {
    SubscriptionStatus::NotificationEvent event;
    for (const auto& part : parameter.part) {
        if (part.name == "event-number" || part.name == "eventNumber")
            event.eventNumber = count(part).value_or(event.eventNumber);
        else if (part.name == "timestamp")
            event.timestamp = get<DateTime>(part);
        else if (part.name == "focus")
            event.focus = get<Reference>(part);
        else if (part.name == "additional-context" || part.name == "additionalContext")
            if (auto reference = get<Reference>(part))
                event.additionalContext.push_back(*std::move(reference));
    }
    return event;
}

SubscriptionStatus::NotificationEvent readEvent(const json::Value& json, json::Wanted& wanted) {
    return {.eventNumber = count(json, "eventNumber", wanted).value_or(0),
            .timestamp = wanted.find<DateTime>(json, "timestamp"),
            .focus = wanted.find<Reference>(json, "focus"),
            .additionalContext = wanted.all<Reference>(json, "additionalContext")};
}

/// https://hl7.org/fhir/R4B/subscriptionstatus.html
SubscriptionStatus readResource(const json::Value& json, json::Wanted& wanted) {
    readHeader(json, kR4b);
    return {
        .subscription = findNeeded<Reference>(json, "subscription", wanted).value_or(Reference{}),
        .topic = wanted.string(json, "topic"),
        .status = wanted.string(json, "status"),
        .type = json.findString("type").value_or(""),
        .eventsSinceSubscriptionStart = count(json, "eventsSinceSubscriptionStart", wanted),
        .notificationEvent =
            wanted.list(json, "notificationEvent",
                        [&](const json::Value& event) { return readEvent(event, wanted); }),
        .error = wanted.all<CodeableConcept>(json, "error")};
}

/// A reference, or as some servers write it, its text alone.
Reference subscriptionOf(const Parameter& parameter) {
    if (auto reference = get<Reference>(parameter)) return *std::move(reference);
    return {get<std::string>(parameter), {}, {}};
}

SubscriptionStatus readParameters(const json::Value& json, json::Wanted& wanted) {
    const auto parameters = Parameters::fromJson(json, wanted);
    SubscriptionStatus result;
    for (const auto& parameter : parameters.parameter) {
        if (parameter.name == "subscription")
            result.subscription = subscriptionOf(parameter);
        else if (parameter.name == "topic")
            result.topic = get<std::string>(parameter);
        else if (parameter.name == "status")
            result.status = get<std::string>(parameter);
        else if (parameter.name == "type")
            result.type = get<std::string>(parameter).value_or("");
        else if (parameter.name == "events-since-subscription-start" ||
                 parameter.name == "eventsSinceSubscriptionStart")
            result.eventsSinceSubscriptionStart = count(parameter);
        else if (parameter.name == "notification-event" || parameter.name == "notificationEvent")
            result.notificationEvent.push_back(readEvent(parameter));
        else if (parameter.name == "error")
            if (auto fault = get<CodeableConcept>(parameter))
                result.error.push_back(*std::move(fault));
    }
    return result;
}

}  // namespace

bool SubscriptionStatus::isOne(const json::Value& json) {
    const auto type = json.findString("resourceType");
    return type == resourceType || type == kR4b;
}

SubscriptionStatus SubscriptionStatus::fromJson(const json::Value& json, json::Wanted& wanted) {
    auto result = json.findString("resourceType") == kR4b ? readResource(json, wanted)
                                                          : readParameters(json, wanted);
    if (!result.subscription.reference || result.type.empty())
        json.refuse("is no status of a subscription: `subscription` or `type` is missing");
    return result;
}

}  // namespace fhir
