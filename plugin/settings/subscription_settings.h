#pragma once

#include <optional>
#include <vector>

#include "fhir/base/secret.h"
#include "plugin/settings/auth_settings.h"

namespace plugin {

/// How the EHR proves that a notification is its own: exactly one of the two lists has entries. Two
/// entries are accepted while a new secret replaces an old one.
struct SubscriptionSettings {
    std::vector<fhir::Secret> secrets;  ///< sent as a bearer token (Subscription.channel.header)
    std::vector<fhir::Secret> signatureKeys;  ///< keys that sign the body (HMAC-SHA-256)
};

/// Reads `subscriptions` of a connection; nullopt if it has none. Faults that the schema finds are
/// noted already.
std::optional<SubscriptionSettings> readSubscriptions(const fhir::json::Value& connection,
                                                      SettingsReading& reading);

}  // namespace plugin
