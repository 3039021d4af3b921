#include "fhir/base/json.h"

#include "fhir/base/error.h"

using fhir::Error;
using fhir::json::Document;

TEST_CASE("json: a value knows where it stands", "[fhir]") {
    const auto document = Document::parse(R"({"a":[1,{"b/c":"x","d~":true}],"e":1.50})");
    const auto root = document.root();

    const auto inner = *++root.at("a").array().begin();

    CHECK(inner.at("b/c").path() == "/a/1/b~1c");
    CHECK(inner.at("d~").path() == "/a/1/d~0");
    CHECK(root.at("e").number() == "1.50");
}
