#include "fhir/base/headers.h"

#include <iterator>

namespace headers_test {

using fhir::Headers;

TEST_CASE("headers: names compare without case", "[fhir]") {
    const Headers headers{{"Content-Type", "text/html"}, {"ETag", "W/\"1\""}};

    CHECK(headers.find("content-type") == "text/html");
    CHECK(headers.find("ETAG") == "W/\"1\"");
    CHECK_FALSE(headers.find("Content"));
    CHECK_FALSE(headers.find(""));
}

TEST_CASE("headers: the first of a name is found, set replaces them all", "[fhir]") {
    Headers headers;
    headers.add("Link", "one");
    headers.add("X", "x");
    headers.add("link", "two");

    CHECK(headers.find("Link") == "one");
    headers.set("LINK", "three");
    CHECK(headers.find("Link") == "three");
    CHECK(std::distance(headers.begin(), headers.end()) == 2);
}

TEST_CASE("headers: only ASCII letters are without case", "[fhir]") {
    CHECK(fhir::equalsIgnoringCase("Bearer", "bEARER"));
    CHECK(fhir::equalsIgnoringCase("", ""));
    CHECK_FALSE(fhir::equalsIgnoringCase("a", "ab"));
    CHECK_FALSE(fhir::equalsIgnoringCase("É", "é"));
    CHECK_FALSE(fhir::equalsIgnoringCase("[", "{"));
    CHECK_FALSE(fhir::equalsIgnoringCase("@", "`"));
}

TEST_CASE("headers: a media type is read without its parameters", "[fhir]") {
    CHECK(fhir::mediaType("application/fhir+json; charset=UTF-8") == "application/fhir+json");
    CHECK(fhir::mediaType(" Text/HTML ;x") == "text/html");
    CHECK(fhir::mediaType("\tapplication/json") == "application/json");
    CHECK(fhir::mediaType("").empty());
    CHECK(fhir::mediaType("; charset=x").empty());
}

TEST_CASE("headers: an HTTP date is read to the second", "[fhir]") {
    using namespace std::chrono;
    const auto day = sys_days{year{2026} / March / 7};

    CHECK(fhir::parseHttpDate("Sat, 07 Mar 2026 08:15:30 GMT") ==
          day + hours{8} + minutes{15} + seconds{30});
    CHECK(fhir::parseHttpDate("Thu, 01 Jan 1970 00:00:00 GMT") == fhir::Instant{});
    CHECK(fhir::parseHttpDate("Thu, 29 Feb 2024 23:59:60 GMT") == sys_days{year{2024} / March / 1});
}

TEST_CASE("headers: what is no HTTP date is none", "[fhir]") {
    const std::string text =
        GENERATE("", "Sat, 07 Mar 2026 08:15:30 UTC", "Sat, 07 Mar 2026 08:15:30",
                 "07 Mar 2026 08:15:30 GMT", "Sat, 00 Mar 2026 08:15:30 GMT",
                 "Sun, 29 Feb 2026 08:15:30 GMT", "Sat, 07 anF 2026 08:15:30 GMT",
                 "Sat, 07 mar 2026 08:15:30 GMT", "Sat, 07 Mar 2026 24:15:30 GMT",
                 "Sat, 07 Mar 2026 08:60:30 GMT", "Sat, 07 Mar 2026 08:15:61 GMT",
                 "Sat, 07 Mar 9999 08:15:30 GMT", "Sat, 07 Mar 2026 -8:15:30 GMT",
                 "Saturday, 07-Mar-26 08:15:30 GMT", "Sat Mar  7 08:15:30 2026");

    CHECK_FALSE(fhir::parseHttpDate(text));
}

TEST_CASE("headers: the elements of a list") {
    using Elements = std::vector<std::string_view>;
    using namespace std::string_view_literals;
    CHECK(fhir::listElements("gzip, br;q=0.5 ,\tidentity"sv) ==
          Elements{"gzip", "br;q=0.5", "identity"});
    CHECK(fhir::listElements(" one "sv) == Elements{"one"});
    CHECK(fhir::listElements(", ,a,,b, "sv) == Elements{"a", "b"});
    CHECK(fhir::listElements(""sv).empty());
    CHECK(fhir::trimmed("\t a b ") == "a b");
    CHECK(fhir::trimmed(" \t") == "");
}

}  // namespace headers_test
