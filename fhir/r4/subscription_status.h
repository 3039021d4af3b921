#pragma once

#include "fhir/r4/datatypes.h"

namespace fhir {

/// The status entry of a topic subscription's notification: in R4 a Parameters resource
/// (Subscriptions R5 Backport, profile backport-subscription-status-r4). Some R4 servers send R4B's
/// SubscriptionStatus instead; it is read as well.
/// https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/notifications.html
struct SubscriptionStatus {
    static constexpr std::string_view resourceType = "Parameters";

    struct NotificationEvent {
        std::int64_t eventNumber = 0;  ///< counts from the subscription's start, so that gaps show
        std::optional<DateTime> timestamp;
        std::optional<Reference> focus;
        std::vector<Reference> additionalContext;
    };

    Reference subscription;
    std::optional<std::string> topic;   ///< canonical
    std::optional<std::string> status;  ///< requested | active | error | off | entered-in-error
    /// handshake | heartbeat | event-notification | query-status | query-event
    std::string type;
    std::optional<std::int64_t> eventsSinceSubscriptionStart;
    std::vector<NotificationEvent> notificationEvent;
    std::vector<CodeableConcept> error;

    static SubscriptionStatus fromJson(const json::Value& json,
                                       json::Wanted& wanted = json::strict());
    /// Whether the resource's type is one of the two.
    static bool isOne(const json::Value& json);
};

}  // namespace fhir
