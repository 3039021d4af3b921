#include "fhir/r4/typed_value.h"

#include "tests/support/resource.h"

namespace typed_value_test {

using fhir::TypedValue;
using fhir::json::Document;

namespace {

std::optional<TypedValue> find(const std::string& json) {
    return TypedValue::find(Document::parse(json).root(), "value");
}

std::string writtenAgain(const TypedValue& value) {
    fhir::json::Writer writer;
    writer.beginObject();
    value.write(writer, "value");
    writer.endObject();
    return writer.take();
}

}  // namespace

TEST_CASE("typed value: each type is read and written the same again", "[fhir]") {
    const auto [json, type] = GENERATE(table<std::string, std::string>({
        {R"({"valueString":"tea"})", "String"},
        {R"({"valueCode":"c"})", "Code"},
        {R"({"valueUri":"urn:x"})", "Uri"},
        {R"({"valueUrl":"https://x.example"})", "Url"},
        {R"({"valueCanonical":"http://x.example|1"})", "Canonical"},
        {R"({"valueId":"i-1"})", "Id"},
        {R"({"valueMarkdown":"*x*"})", "Markdown"},
        {R"({"valueBase64Binary":"dGVh"})", "Base64Binary"},
        {R"({"valueTime":"08:15:00"})", "Time"},
        {R"({"valueBoolean":false})", "Boolean"},
        {R"({"valueInteger":-7})", "Integer"},
        {R"({"valuePositiveInt":7})", "PositiveInt"},
        {R"({"valueUnsignedInt":0})", "UnsignedInt"},
        {R"({"valueDecimal":1.10})", "Decimal"},
        {R"({"valueDate":"2026-03"})", "Date"},
        {R"({"valueDateTime":"2026-03-07T08:15:00+01:00"})", "DateTime"},
        {R"({"valueInstant":"2026-03-07T08:15:00.250Z"})", "Instant"},
        {R"({"valueCoding":{"system":"s","code":"c"}})", "Coding"},
        {R"({"valueCodeableConcept":{"text":"t"}})", "CodeableConcept"},
        {R"({"valueQuantity":{"value":2.0,"unit":"cups"}})", "Quantity"},
        {R"({"valueReference":{"reference":"Patient/1"}})", "Reference"},
        {R"({"valueAttachment":{"contentType":"text/plain","data":"dGVh","size":3}})",
         "Attachment"},
        {R"({"valuePeriod":{"start":"2026"}})", "Period"},
        {R"({"valueIdentifier":{"value":"1"}})", "Identifier"},
    }));

    const auto value = find(json);

    REQUIRE(value);
    CHECK(value->type == type);
    CHECK(writtenAgain(*value) == json);
}

TEST_CASE("typed value: what is not there, or of another type, is none", "[fhir]") {
    CHECK_FALSE(find(R"({})"));
    CHECK_FALSE(find(R"({"value":"x","valuestring":"x","valueHumanName":{},"valueX":1})"));
    CHECK_FALSE(find(R"({"valueString":null,"_valueString":{"extension":[]}})"));
}

TEST_CASE("typed value: two values of one element are refused", "[fhir]") {
    CHECK(test::thrown([] { find(R"({"valueString":"a","valueBoolean":true})"); }).path() ==
          "/valueBoolean");
}

TEST_CASE("typed value: a value of the wrong shape is named by its path", "[fhir]") {
    const auto [json, path] = GENERATE(table<std::string, std::string>({
        {R"({"valueString":1})", "/valueString"},
        {R"({"valueBoolean":"true"})", "/valueBoolean"},
        {R"({"valueInteger":1.5})", "/valueInteger"},
        {R"({"valueDecimal":"1.5"})", "/valueDecimal"},
        {R"({"valueDateTime":"soon"})", "/valueDateTime"},
        {R"({"valueCoding":[]})", "/valueCoding"},
        {R"({"valueAttachment":{"size":"big"}})", "/valueAttachment/size"},
    }));

    CHECK(test::thrown([&, &json = json] { find(json); }).path() == path);
}

TEST_CASE("typed value: is not written under a name of another type", "[fhir]") {
    CHECK(test::thrown([] {
              writtenAgain({"Boolean", std::string("x")});
          }).path() == "/valueBoolean");
    CHECK(test::thrown([] {
              writtenAgain({"HumanName", std::string("x")});
          }).path() == "/valueHumanName");
}

TEST_CASE("typed value: what is empty is not written", "[fhir]") {
    CHECK(writtenAgain(TypedValue::ofString("")) == "{}");
    CHECK(writtenAgain({"Coding", fhir::Coding{}}) == "{}");
}

}  // namespace typed_value_test
