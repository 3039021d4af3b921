#include "plugin/settings/launch_settings.h"

#include "plugin/settings/settings_reading.h"

namespace plugin {

LaunchSettings readLaunch(const fhir::json::Value& json, const fhir::Url& fhirBase,
                          const AuthSettings& connection, SettingsReading& reading) {
    LaunchSettings launch;
    launch.clientId = json.at("clientId").string();
    if (connection.usesTokens()) launch.auth = connection;
    if (const auto auth = json.find("auth"))
        reading.guarded(*auth, [&] {
            launch.auth = readAuth(*auth, reading);
            if (launch.auth.method == "basic")
                reading.fault(auth->at("method"), "is no method of a token address");
            if (launch.auth.usesTokens() && launch.auth.identity.clientId != launch.clientId)
                reading.fault(auth->at("clientId"), "must be the clientId of launch");
        });
    launch.auth.identity.clientId = launch.clientId;
    launch.issuers = {fhirBase};
    for (const auto issuer : json.findArray("issuers"))
        reading.guarded(issuer, [&] {
            launch.issuers.push_back(fhir::Url::parse(issuer.text()));
            reading.refusePlain(issuer, launch.issuers.back());
        });
    launch.wardAsUser = json.find("wardAsUser") && json.at("wardAsUser").boolean();
    for (const auto scope : json.findArray("scopes")) launch.scopes.push_back(scope.string());
    for (const auto ancestor : json.findArray("frameAncestors"))
        reading.guarded(ancestor, [&] {
            const auto url = fhir::Url::parse(ancestor.text());
            if (url.target() != "/") reading.fault(ancestor, "must be an origin, without a path");
            reading.refusePlain(ancestor, url);
            launch.frameAncestors.push_back(url.origin());
        });
    return launch;
}

}  // namespace plugin
