#pragma once

#include <string>
#include <vector>

#include "fhir/base/json.h"

namespace plugin {

class SettingsReading;

/// A CDS client whose signature is accepted (CDS Hooks 2.0, Trusting CDS Clients).
struct CdsIssuer {
    std::string iss;
    std::string jku;     ///< where its keys are published; "" if `jwks` holds them
    std::string jwks{};  ///< the JWK Set that the client gave out of band; "" if there is a `jku`
};

/// How an EHR calls us by CDS Hooks.
struct CdsSettings {
    bool trustsNetwork = false;  ///< calls need no token; `serve` warns at start
    std::vector<CdsIssuer> issuers;
    std::vector<std::string> audiences;  ///< accepted as `aud`, besides the called address itself
    std::vector<std::string> origins;    ///< browsers that may call, "https://ehr.example"
    std::string language = "en";         ///< what the clinicians read, BCP 47
    bool reusesTokens = false;           ///< one token serves several calls until it expires
};

/// Reads `cds` of a connection, whose form the schema has checked, and notes faults that a schema
/// cannot find. Keeps what it has read before a fault.
void readCds(const fhir::json::Value& json, CdsSettings& cds, SettingsReading& reading);

}  // namespace plugin
