#include "plugin/settings/http_settings.h"

#include <algorithm>
#include <cstdlib>

#include "plugin/settings/settings_reading.h"

namespace plugin {
namespace {

using fhir::json::Value;

void readProxy(const Value& json, HttpSettings& http, SettingsReading& reading) {
    if (const auto network = fhir::IpNetwork::parse(json.string()))
        http.trustedProxies.push_back(*network);
    else
        reading.fault(json, "is no IP address and no network such as 10.0.0.0/8");
}

ListenAddress readListen(const Value& json, SettingsReading& reading) {
    const auto text = json.string();
    const auto colon = std::min(text.rfind(':'), text.size());
    const int port = colon == text.size() ? 0 : std::atoi(text.c_str() + colon + 1);
    if (port > 65535) reading.fault(json, "the port must be at most 65535");
    return {text.substr(0, colon), static_cast<std::uint16_t>(port)};
}

void readRequests(const Value& json, HttpSettings& http) {
    if (const auto seconds = json.findInteger("headSeconds"))
        http.headPatience = std::chrono::seconds(*seconds);
    if (const auto seconds = json.findInteger("bodySeconds"))
        http.bodyPatience = std::chrono::seconds(*seconds);
    if (const auto most = json.findInteger("connectionsMax"))
        http.connectionsMax = static_cast<std::size_t>(*most);
    if (const auto most = json.findInteger("connectionsPerAddressMax"))
        http.connectionsPerAddressMax = static_cast<std::size_t>(*most);
}

}  // namespace

HttpSettings readHttp(const Value& service, SettingsReading& reading) {
    HttpSettings http;
    if (const auto listen = service.find("listen"))
        reading.guarded(*listen, [&] { http.listen = readListen(*listen, reading); });
    for (const auto name : service.findArray("names"))
        reading.guarded(name, [&] { http.names.push_back(name.string()); });
    for (const auto proxy : service.findArray("trustedProxies"))
        reading.guarded(proxy, [&] { readProxy(proxy, http, reading); });
    if (const auto requests = service.find("requests"))
        reading.guarded(*requests, [&] { readRequests(*requests, http); });
    return http;
}

void readOperations(const Value& root, HttpSettings& http, SettingsReading& reading) {
    const auto operations = root.find("operations");
    const auto listen = operations ? operations->find("listen") : std::nullopt;
    if (!listen) {
        if (http.listen.port == 0) http.operations.port = 0;
        return;
    }
    reading.guarded(*listen, [&] {
        http.operations = readListen(*listen, reading);
        if (http.operations.port != 0 && http.operations == http.listen)
            reading.fault(*listen,
                          "is where the service listens; health and metrics have a "
                          "listener of their own");
    });
}

}  // namespace plugin
