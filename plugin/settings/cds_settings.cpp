#include "plugin/settings/cds_settings.h"

#include "fhir/base/file.h"
#include "fhir/base/url.h"
#include "fhir/smart/jwk_set.h"
#include "plugin/settings/settings_reading.h"

namespace plugin {
namespace {

using fhir::json::Value;

CdsIssuer readIssuer(const Value& json, SettingsReading& reading) {
    CdsIssuer issuer{json.at("iss").string(), json.findString("jku").value_or(""), {}};
    if (json.find("jku").has_value() == json.find("jwks").has_value())
        reading.fault(json,
                      "needs either jku or jwks: where the keys are, or a file that holds them");
    if (const auto jku = json.find("jku"))
        reading.guarded(*jku, [&] {
            const auto url = fhir::Url::parse(jku->text());
            reading.refusePlain(*jku, url,
                                "must begin with https://; whoever changes the keys on their way "
                                "signs as the EHR");
        });
    if (const auto jwks = json.find("jwks"))
        reading.guarded(*jwks, [&] {
            issuer.jwks = fhir::readTextFile(reading.absolute(jwks->string()), kSecretFileBytesMax);
            if (fhir::smart::JwkSet::parse(issuer.jwks).keys().empty())
                reading.fault(*jwks, "holds no public key for signatures");
        });
    return issuer;
}

}  // namespace

void readCds(const Value& json, CdsSettings& cds, SettingsReading& reading) {
    cds.trustsNetwork = json.findBoolean("trustNetwork").value_or(false);
    cds.language = json.findString("language").value_or(cds.language);
    cds.reusesTokens = json.findString("tokenUse") == "until-expiry";
    for (const auto audience : json.findArray("audiences"))
        cds.audiences.push_back(audience.string());
    for (const auto origin : json.findArray("origins"))
        reading.guarded(origin, [&] {
            // As a browser writes it: no path, no default port, lower case.
            cds.origins.push_back(fhir::Url::parse(origin.text()).origin());
        });
    for (const auto issuer : json.findArray("issuers"))
        reading.guarded(issuer, [&] { cds.issuers.push_back(readIssuer(issuer, reading)); });
}

}  // namespace plugin
