#include "fhir/base/ip_network.h"

namespace ip_network_test {

using fhir::IpNetwork;

TEST_CASE("ip network: what is an address or a network") {
    for (const std::string good :
         {"127.0.0.1", "::1", "10.0.0.0/8", "2001:db8::/32", "0.0.0.0/0", "::/0", "10.1.2.3/32"}) {
        CAPTURE(good);
        CHECK(IpNetwork::parse(good));
    }
    for (const std::string bad :
         {"", "proxy.example", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/a", "10.0.0.0/-1", "10.0.0/8",
          "10.0.0", "010.0.0.1", "2001:db8::/129", "/8", "10.0.0.0/8/8", "1.2.3.4 "}) {
        CAPTURE(bad);
        CHECK_FALSE(IpNetwork::parse(bad));
    }
}

TEST_CASE("ip network: which addresses it holds") {
    const auto holds = [](const std::string& network, const std::string& address) {
        return IpNetwork::parse(network)->holds(*IpNetwork::parse(address));
    };
    CHECK(holds("10.0.0.0/8", "10.255.0.1"));
    CHECK_FALSE(holds("10.0.0.0/8", "11.0.0.1"));
    CHECK(holds("10.1.128.0/17", "10.1.200.1"));
    CHECK_FALSE(holds("10.1.128.0/17", "10.1.100.1"));
    CHECK(holds("192.0.2.7", "192.0.2.7"));
    CHECK_FALSE(holds("192.0.2.7", "192.0.2.8"));
    CHECK(holds("2001:db8::/32", "2001:db8:1::1"));
    CHECK_FALSE(holds("2001:db8::/32", "2001:db9::1"));
    CHECK(holds("10.0.0.0/8", "::ffff:10.1.2.3"));
    CHECK(holds("::ffff:10.0.0.0/104", "10.1.2.3"));
    CHECK_FALSE(holds("0.0.0.0/0", "::1"));
    CHECK_FALSE(holds("10.1.0.0/16", "10.0.0.0/8"));  // not all of it
    CHECK(IpNetwork::parse("::ffff:10.1.2.3")->address() == "10.1.2.3");
    CHECK(IpNetwork::parse("2001:DB8:0::1")->address() == "2001:db8::1");
}

}  // namespace ip_network_test
