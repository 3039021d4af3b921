// Whose address it is, behind proxies.
#include "plugin/http_server/forwarded.h"

namespace forwarded_test {

using fhir::Headers;
using plugin::http_server::callerOf;

TEST_CASE("forwarded: only what a trusted proxy says is believed") {
    std::vector<fhir::IpNetwork> trusted;
    for (const std::string one : {"10.0.0.0/8", "2001:db8::/32", "192.0.2.7"})
        trusted.push_back(*fhir::IpNetwork::parse(one));
    struct Row {
        std::string peer;
        Headers headers;
        std::string caller;
    };
    const std::vector<Row> rows{
        {"203.0.113.9", {{"X-Forwarded-For", "198.51.100.1"}}, "203.0.113.9"},
        {"10.1.2.3", {}, "10.1.2.3"},
        {"10.1.2.3", {{"X-Forwarded-For", "198.51.100.1"}}, "198.51.100.1"},
        {"10.1.2.3", {{"x-forwarded-for", "1.1.1.1, 198.51.100.1"}}, "198.51.100.1"},
        {"10.1.2.3", {{"X-Forwarded-For", "198.51.100.1, 10.9.9.9"}}, "198.51.100.1"},
        {"10.1.2.3",
         {{"X-Forwarded-For", "1.1.1.1"}, {"X-Forwarded-For", "198.51.100.1"}},
         "198.51.100.1"},
        {"10.1.2.3", {{"X-Forwarded-For", "198.51.100.1:4711"}}, "198.51.100.1"},
        {"10.1.2.3", {{"X-Forwarded-For", "198.51.100.1, unknown"}}, "10.1.2.3"},
        {"10.1.2.3", {{"X-Forwarded-For", ""}}, "10.1.2.3"},
        {"10.1.2.3", {{"X-Forwarded-For", "198.51.100.1, , 10.9.9.9"}}, "10.9.9.9"},
        {"10.1.2.3", {{"Forwarded", "for=198.51.100.1;proto=https"}}, "198.51.100.1"},
        {"10.1.2.3", {{"Forwarded", "For=\"[2001:dead::1]:4711\""}}, "2001:dead::1"},
        {"10.1.2.3", {{"Forwarded", "proto=https"}}, "10.1.2.3"},
        // A proxy writes one of the two; the other is what the caller made of it.
        {"10.1.2.3",
         {{"X-Forwarded-For", "198.51.100.1"}, {"Forwarded", "for=198.51.100.2"}},
         "10.1.2.3"},
        {"2001:db8::5", {{"X-Forwarded-For", "2001:dead::1"}}, "2001:dead::1"},
        {"::ffff:10.1.2.3", {{"X-Forwarded-For", "198.51.100.1"}}, "198.51.100.1"},
        {"192.0.2.7", {{"X-Forwarded-For", "198.51.100.1"}}, "198.51.100.1"},
        {"192.0.2.8", {{"X-Forwarded-For", "198.51.100.1"}}, "192.0.2.8"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.peer, row.caller);
        CHECK(callerOf(row.peer, row.headers, trusted) == row.caller);
        CHECK(callerOf(row.peer, row.headers, {}) == row.peer);
    }
}

}  // namespace forwarded_test
