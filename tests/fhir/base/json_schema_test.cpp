#include "fhir/base/json_schema.h"

#include "tests/support/thrown.h"

namespace json_schema_test {

namespace {

/// The faults of a value against a schema, "pointer: text" and a line each.
std::string faults(const std::string& schema, const std::string& value) {
    const auto schemaDocument = fhir::json::Document::parse(schema);
    const auto valueDocument = fhir::json::Document::parse(value);
    std::string all;
    for (const auto& issue : fhir::json::validate(valueDocument.root(), schemaDocument.root()))
        all += issue.path + ": " + issue.text + "\n";
    return all;
}

constexpr const char* kObject =
    R"({"type":"object","properties":{"name":{"type":"string"},"fhirBase":{"type":"string"}},)"
    R"("required":["name"],"additionalProperties":false})";

constexpr const char* kOneOf =
    R"({"oneOf":[{"type":"object","required":["key"],"properties":{"kind":{"const":"a"},)"
    R"("key":{"type":"string"}}},{"$ref":"#/$defs/b"}],"$defs":{"b":{"type":"object",)"
    R"("additionalProperties":false,"properties":{"kind":{"const":"b"}}}}})";

}  // namespace

TEST_CASE("json schema: each keyword lets pass what fits and names what does not", "[json]") {
    const auto [schema, good, bad,
                fault] = GENERATE(table<std::string, std::string, std::string, std::string>({
        {R"({"type":"null"})", "null", "0", ": must be of type null\n"},
        {R"({"type":"boolean"})", "false", "0", ": must be of type boolean\n"},
        {R"({"type":"string"})", R"("")", "7", ": must be of type string\n"},
        {R"({"type":"array"})", "[]", "{}", ": must be of type array\n"},
        {R"({"type":"object"})", "{}", "[]", ": must be of type object\n"},
        {R"({"type":"number"})", "1.5e3", R"("1")", ": must be of type number\n"},
        {R"({"type":"integer"})", "-7", "7.5", ": must be of type integer\n"},
        {R"({"enum":["a",1]})", "1", R"("b")", ": must be one of: a, 1\n"},
        {R"({"const":"a"})", R"("a")", R"("A")", ": must be \"a\"\n"},
        {R"({"type":"integer","minimum":5})", "5", "4", ": must be at least 5\n"},
        {R"({"type":"integer","maximum":5})", "5", "6", ": must be at most 5\n"},
        {R"({"minLength":2})", R"("éé")", R"("é")", ": must have at least 2 characters\n"},
        {R"({"maxLength":2})", R"("éé")", R"("ééé")", ": must have at most 2 characters\n"},
        {R"({"pattern":"^[a-z]+$"})", R"("abc")", R"("aBc")",
         ": does not have the form that is wanted: ^[a-z]+$\n"},
        {R"({"items":{"type":"string"}})", R"(["a","b"])", R"(["a",1])",
         "/1: must be of type string\n"},
        {R"({"minItems":1})", "[0]", "[]", ": must hold at least 1\n"},
        {R"({"uniqueItems":true})", R"(["a","b"])", R"(["a","b","a"])", "/2: is there twice\n"},
        {R"({"uniqueItems":false})", R"(["a","a"])", R"({"a":1})", ""},
        {R"({"additionalProperties":{"type":"string"}})", R"({"x":"y"})", R"({"x":1})",
         "/x: must be of type string\n"},
        {R"({"propertyNames":{"pattern":"^[a-z]+$","description":"small letters"}})", R"({"a":1})",
         R"({"A":1})", "/A: this name is not allowed here; small letters\n"},
        {R"({"$ref":"#/$defs/n","$defs":{"n":{"type":"integer"}}})", "1", "true",
         ": must be of type integer\n"},
        {kObject, R"({"name":"x"})", "{}", "/name: is missing\n"},
        {kObject, R"({"name":"x"})", R"({"name":"x","colour":1})",
         "/colour: is not a known setting\n"},
        {kOneOf, R"({"kind":"a","key":"k"})", R"({"kind":"a"})", "/key: is missing\n"},
        {kOneOf, R"({"kind":"b"})", R"({"kind":"b","key":"k"})", "/key: is not a known setting\n"},
        {kOneOf, R"({"kind":"b"})", R"({"kind":"c"})", "/kind: must be one of: a, b\n"},
        {kOneOf, R"({"kind":"b"})", "{}", "/kind: is missing; one of: a, b\n"},
        {kOneOf, R"({"kind":"b"})", "7", ": must be of type object\n"},
    }));
    INFO(schema);

    CHECK(faults(schema, good) == "");
    CHECK(faults(schema, bad) == fault);
}

TEST_CASE("json schema: annotations say nothing about a value", "[json]") {
    CHECK(faults(R"({"$schema":"s","$id":"i","$comment":"c","title":"t","description":"d",)"
                 R"("default":1,"examples":[1],"x-unit":"days"})",
                 R"("anything")") == "");
    CHECK(faults("true", "[1]") == "");
}

TEST_CASE("json schema: a near miss is answered with the name that was meant", "[json]") {
    const auto name = GENERATE("fhirbase", "FHIRBASE", "fhirBas", "fhirBasee", "fhirBaze");

    CHECK(faults(kObject, R"({"name":"x",")" + std::string(name) + "\":\"y\"}") ==
          "/" + std::string(name) + ": is not a known setting; did you mean fhirBase?\n");
}

TEST_CASE("json schema: every fault is named, in the order of the document", "[json]") {
    CHECK(faults(R"({"properties":{"a":{"type":"string"},"b":{"maximum":1},"c":{"minItems":1}}})",
                 R"({"a":1,"b":2,"c":[]})") ==
          "/a: must be of type string\n/b: must be at most "
          "1\n/c: must hold at least 1\n");
}

TEST_CASE("json schema: a number that is too large for a limit is a fault like any other",
          "[json]") {
    const auto schema = R"({"properties":{"a":{"type":"integer","maximum":9},)"
                        R"("b":{"type":"integer","minimum":9},"c":{"type":"string"}}})";

    const auto found =
        faults(schema, R"({"a":99999999999999999999,"b":-99999999999999999999,"c":1})");

    INFO(found);
    CHECK(found.find("/a: ") != std::string::npos);
    CHECK(found.find("/b: ") != std::string::npos);
    CHECK(found.find("/c: must be of type string") != std::string::npos);
}

TEST_CASE("json schema: a very long text is refused by a pattern, not a danger to it", "[json]") {
    const auto value = "\"env:" + std::string(1'000'000, 'x') + "\"";

    CHECK(faults(R"({"pattern":"^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$"})", value) != "");
}

TEST_CASE("json schema: a keyword that is not checked is refused, as it promises too much",
          "[json]") {
    const auto schema = GENERATE(R"({"format":"uri"})", R"({"multipleOf":2})", R"({"if":{}})",
                                 R"({"$ref":"other.json"})");

    CHECK(test::thrown([&] { faults(schema, "1"); }).kind() == fhir::ErrorKind::Internal);
}

TEST_CASE("json schema: a name that is there twice is named, however deep", "[json]") {
    CHECK(faults("true", R"({"a":{"b":[{"c":1,"d":2,"c":1}]},"c":3})") ==
          "/a/b/0/c: is there twice; keep one of the two\n");
    CHECK(faults(kObject, R"({"name":"x","name":"y"})") ==
          "/name: is there twice; keep one of the two\n");
    CHECK(faults("true", R"([{"a":1},{"a":1}])").empty());
}

}  // namespace json_schema_test
