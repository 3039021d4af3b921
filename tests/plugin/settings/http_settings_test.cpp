// How the service takes requests, as the site says.
#include "plugin/settings/settings.h"
#include "tests/support/site_text.h"

namespace http_settings_test {

namespace {

plugin::SettingsResult read(const std::string& service) {
    return plugin::readSettings(test::changed(test::siteText("http://127.0.0.1:1"),
                                              R"("publicUrl")", service + R"("publicUrl")"),
                                "/tmp");
}

}  // namespace

TEST_CASE("http settings: names, proxies, and what callers may ask at once", "[settings]") {
    const auto result = read(
        R"("names": ["whatmatters", "ehr-gateway.hospital.example"],
           "trustedProxies": ["10.0.0.0/8", "2001:db8::1"],
           "requests": {"headSeconds": 3, "bodySeconds": 9, "connectionsMax": 100,
                        "connectionsPerAddressMax": 50},)");

    REQUIRE(result.faults.empty());
    const auto& http = result.settings.http;
    CHECK(http.names == std::vector<std::string>{"whatmatters", "ehr-gateway.hospital.example"});
    REQUIRE(http.trustedProxies.size() == 2);
    CHECK(http.trustedProxies[0].holds(*fhir::IpNetwork::parse("10.9.8.7")));
    CHECK(http.headPatience == std::chrono::seconds(3));
    CHECK(http.bodyPatience == std::chrono::seconds(9));
    CHECK(http.connectionsMax == 100);
    CHECK(http.connectionsPerAddressMax == 50);
}

TEST_CASE("http settings: every fault is told with its place", "[settings]") {
    const auto result = read(
        R"("names": ["Upper", "with space", "host:8080"],
           "trustedProxies": ["proxy", "10.0.0.0/33"],
           "requests": {"headSeconds": 0, "bodySeconds": "9"},)");

    std::vector<std::string> places;
    for (const auto& fault : result.faults) places.push_back(fault.path);
    std::sort(places.begin(), places.end());
    CHECK(places ==
          std::vector<std::string>{"/service/names/0", "/service/names/1", "/service/names/2",
                                   "/service/requests/bodySeconds", "/service/requests/headSeconds",
                                   "/service/trustedProxies/0", "/service/trustedProxies/1"});
}

}  // namespace http_settings_test
