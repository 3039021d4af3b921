#include "plugin/companion_settings.h"

namespace plugin {

std::optional<CompanionSettings> readCompanion(const fhir::json::Value& connection,
                                               const AuthSettings& auth,
                                               const SettingsReading& reading) {
    const auto json = connection.find("companion");
    if (!json) return std::nullopt;
    CompanionSettings settings;
    reading.guarded(*json, [&] {
        settings.issuer = json->findString("issuer").value_or("");
        settings.audience = json->findString("audience").value_or("");
        if (const auto url = json->find("introspectionUrl"))
            reading.guarded(*url,
                            [&] { settings.introspectionUrl = fhir::Url::parse(url->text()); });
        if (!auth.usesTokens())
            reading.fault(*json,
                          "needs a connection whose auth has a client id: by that the "
                          "authorization server is asked about the tokens of callers");
    });
    return settings;
}

}  // namespace plugin
