#include "plugin/settings/subscription_settings.h"

#include "plugin/settings/settings_reading.h"

namespace plugin {
namespace {

using fhir::json::Value;

/// What is shorter than this can be found out.
constexpr std::size_t kSecretBytesMin = 20;

/// The one that is named `name`, and the one before it.
std::vector<fhir::Secret> readSecrets(const Value& json, const char* name,
                                      SettingsReading& reading) {
    std::vector<fhir::Secret> secrets;
    for (const char* one : {name, "previous"}) {
        const auto value = json.find(one);
        if (!value) continue;
        auto secret = reading.secret(*value);
        if (secret.empty()) continue;  // noted where it was read
        if (secret.reveal().size() < kSecretBytesMin)
            reading.fault(*value, "is shorter than " + std::to_string(kSecretBytesMin) +
                                      " bytes; make one by: openssl rand -hex 32");
        secrets.push_back(std::move(secret));
    }
    return secrets;
}

}  // namespace

std::optional<SubscriptionSettings> readSubscriptions(const Value& connection,
                                                      SettingsReading& reading) {
    const auto json = connection.find("subscriptions");
    if (!json) return std::nullopt;
    SubscriptionSettings settings;
    reading.guarded(*json, [&] {
        const bool isSigned = json->find("hmac").has_value();
        if (json->find("secret").has_value() == isSigned)
            reading.fault(*json,
                          "needs either secret or hmac: by that it is known that a notification "
                          "is the EHR's");
        if (isSigned)
            settings.signatureKeys = readSecrets(*json, "hmac", reading);
        else
            settings.secrets = readSecrets(*json, "secret", reading);
    });
    return settings;
}

}  // namespace plugin
