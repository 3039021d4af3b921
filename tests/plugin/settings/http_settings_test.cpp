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

TEST_CASE("http settings: health and metrics listen apart", "[settings]") {
    using plugin::ListenAddress;
    const auto site = [](const std::string& listen, const std::string& operations) {
        auto text = test::changed(test::siteText("http://127.0.0.1:1"), "127.0.0.1:0", listen);
        return plugin::readSettings(
            test::changed(std::move(text), R"({"listen": "127.0.0.1:0"})", operations), "/tmp");
    };
    const auto none = site("0.0.0.0:80", "{}");
    REQUIRE(none.faults.empty());
    CHECK(none.settings.http.listen == ListenAddress{"0.0.0.0", 80});
    CHECK(none.settings.http.operations == ListenAddress{"127.0.0.1", 8081});
    // Whoever takes any free port must not be kept from it by a fixed one.
    CHECK(site("127.0.0.1:0", "{}").settings.http.operations == ListenAddress{"127.0.0.1", 0});
    const auto said = site("[::1]:80", R"({"listen": "[::1]:9090"})");
    CHECK(said.settings.http.operations == ListenAddress{"[::1]", 9090});

    for (const std::string wrong : {"127.0.0.1:80", "127.0.0.1:65536", "9090", ":1 2"}) {
        CAPTURE(wrong);
        const auto result = site("127.0.0.1:80", R"({"listen": ")" + wrong + "\"}");
        REQUIRE(result.faults.size() == 1);
        CHECK(result.faults.front().path == "/operations/listen");
    }
}

}  // namespace http_settings_test
