#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "fhir/base/ip_network.h"
#include "fhir/base/json.h"

namespace plugin {

class SettingsReading;

/// Where a listener takes connections. Port 0: any free one.
struct ListenAddress {
    std::string host;
    std::uint16_t port = 0;

    std::string text() const { return host + ":" + std::to_string(port); }
    bool operator==(const ListenAddress&) const = default;
};

/// How this service takes requests.
struct HttpSettings {
    ListenAddress listen{"127.0.0.1", 8080};
    ListenAddress operations{"127.0.0.1", 8081};  ///< health and metrics; see readOperations
    std::vector<std::string> names;  ///< host names that it is called by besides that of publicUrl
    std::vector<fhir::IpNetwork> trustedProxies;  ///< whose word on the caller's address is taken
    std::chrono::seconds headPatience{10}, bodyPatience{30};
    std::size_t connectionsMax = 4096, connectionsPerAddressMax = 1024;
};

/// Reads what `service` says of it, whose form the schema has checked.
HttpSettings readHttp(const fhir::json::Value& service, SettingsReading& reading);

/// Reads where health and metrics are, `operations` of the whole file, into `http`. Where nothing
/// is said and the service itself takes any free port, they take one as well.
void readOperations(const fhir::json::Value& root, HttpSettings& http, SettingsReading& reading);

}  // namespace plugin
