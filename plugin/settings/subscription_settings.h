#pragma once

#include <optional>
#include <vector>

#include "fhir/base/secret.h"
#include "plugin/settings/auth_settings.h"

namespace plugin {

/// How the EHR shows that a notification is its own: exactly one of the two has any. Two of one
/// kind are taken while one is changed for the other.
struct SubscriptionSettings {
    std::vector<fhir::Secret> secrets;  ///< sent as a bearer token (Subscription.channel.header)
    std::vector<fhir::Secret> signatureKeys;  ///< the body is signed by (HMAC-SHA-256)
};

/// Reads `subscriptions` of a connection, which the schema has passed or noted the faults of;
/// nullopt where it has none.
std::optional<SubscriptionSettings> readSubscriptions(const fhir::json::Value& connection,
                                                      SettingsReading& reading);

}  // namespace plugin
