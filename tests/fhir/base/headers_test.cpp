#include "fhir/base/headers.h"

#include <iterator>

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
