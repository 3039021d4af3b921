#include "plugin/settings/http_settings.h"

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
    for (const auto name : service.findArray("names"))
        reading.guarded(name, [&] { http.names.push_back(name.string()); });
    for (const auto proxy : service.findArray("trustedProxies"))
        reading.guarded(proxy, [&] { readProxy(proxy, http, reading); });
    if (const auto requests = service.find("requests"))
        reading.guarded(*requests, [&] { readRequests(*requests, http); });
    return http;
}

}  // namespace plugin
