#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "fhir/base/ip_network.h"
#include "fhir/base/json.h"

namespace plugin {

class SettingsReading;

/// How this service takes requests.
struct HttpSettings {
    std::vector<std::string> names;  ///< host names that it is called by besides that of publicUrl
    std::vector<fhir::IpNetwork> trustedProxies;  ///< whose word on the caller's address is taken
    std::chrono::seconds headPatience{10}, bodyPatience{30};
    std::size_t connectionsMax = 4096, connectionsPerAddressMax = 1024;
};

/// Reads what `service` says of it, whose form the schema has checked.
HttpSettings readHttp(const fhir::json::Value& service, SettingsReading& reading);

}  // namespace plugin
