#include "adapters/simulator/rewrite.h"

#include <catch2/catch.hpp>

namespace rewrite_test {

using adapters::simulator::rewritten;
using adapters::simulator::xml;
using fhir::json::Document;

TEST_CASE("rewrite: members are replaced at every depth, the rest is copied", "[simulator]") {
    const auto document =
        Document::parse(R"({"a":1.50,"x":"y","b":[{"x":"y","c":null},[true]],"d":{"x":"y"}})");

    const auto text = rewritten(document.root(), [](auto& writer, std::string_view name, auto&) {
        if (name == "x") writer.member("z", "w");
        return name == "x";
    });

    CHECK(text == R"({"a":1.50,"z":"w","b":[{"z":"w","c":null},[true]],"d":{"z":"w"}})");
}

TEST_CASE("rewrite: XML is that of FHIR", "[simulator]") {
    const auto document = Document::parse(
        R"({"resourceType":"Bundle","total":1,"entry":[{"resource":{"resourceType":"Patient",
            "active":true,"name":[{"given":["A & \"B\"","<C>"]}]}}]})");

    CHECK(xml(document.root()) ==
          "<Bundle xmlns=\"http://hl7.org/fhir\"><total value=\"1\"/><entry><resource>"
          "<Patient xmlns=\"http://hl7.org/fhir\"><active value=\"true\"/><name>"
          "<given value=\"A &amp; &quot;B&quot;\"/><given value=\"&lt;C>\"/></name></Patient>"
          "</resource></entry></Bundle>");
}

}  // namespace rewrite_test
