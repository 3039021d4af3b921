#include <cstdint>
#include <stdexcept>

#include "fhir/base/error.h"
#include "fhir/base/json.h"
#include "tests/support/thrown.h"

namespace json_writer_test {

using fhir::ErrorKind;
using fhir::json::Document;
using fhir::json::Writer;
using test::thrown;

TEST_CASE("json writer: writes every type", "[fhir]") {
    Writer writer;

    writer.beginObject()
        .member("text", "words")
        .member("yes", true)
        .member("no", false)
        .member("least", INT64_MIN)
        .key("nothing")
        .null()
        .key("list")
        .beginArray()
        .integer(1)
        .string("")
        .boolean(true)
        .endArray()
        .key("raw")
        .raw("1.50")
        .endObject();

    CHECK(writer.take() == R"({"text":"words","yes":true,"no":false,"least":-9223372036854775808,)"
                           R"("nothing":null,"list":[1,"",true],"raw":1.50})");
}

TEST_CASE("json writer: a member that is absent or empty is not written", "[fhir]") {
    Writer writer;

    writer.beginObject()
        .member("absent", std::optional<std::string>())
        .member("empty", std::optional<std::string>(""))
        .member("alsoEmpty", "")
        .member("none", std::string_view())
        .endObject();

    CHECK(writer.take() == "{}");
}

TEST_CASE("json writer: text is escaped so that it reads the same again", "[fhir]") {
    const std::string text = "quote\" back\\ slash/ \b\f\n\r\t \x01\x1f \x7f </script> 庭 💛";
    Writer writer;
    writer.beginArray().string(text).endArray();

    const auto json = writer.take();

    for (const char c : json) CHECK(static_cast<unsigned char>(c) >= 0x20);
    CHECK(Document::parse(json).root().array().begin().operator*().text() == text);
}

TEST_CASE("json writer: text and names that are not UTF-8 are refused", "[fhir]") {
    const std::string bytes = GENERATE("\xFF", "a\xC3", "\xED\xA0\x80");
    Writer writer;
    writer.beginObject();

    CHECK(thrown([&] { writer.key("a").string(bytes); }).kind() == ErrorKind::InvalidInput);
    Writer another;
    another.beginObject();
    CHECK(thrown([&] { another.key(bytes); }).kind() == ErrorKind::InvalidInput);
}

TEST_CASE("json writer: a parsed value is written as it was", "[fhir]") {
    const std::string text =
        R"({"a":[1.50,-0.0,1e+300,null,true,false,"x\"y\\",[],{}],"":{"b":{"c":"庭"}}})";

    CHECK(Document::parse(text).root().toJson() == text);
    Writer writer;
    const auto document = Document::parse(text);
    writer.beginObject().key("copy").value(document.root().at("")).endObject();
    CHECK(writer.take() == R"({"copy":{"b":{"c":"庭"}}})");
}

TEST_CASE("json writer: is empty and ready again after take", "[fhir]") {
    Writer writer;
    writer.beginArray().endArray();

    CHECK(writer.take() == "[]");
    CHECK(writer.take().empty());
    writer.beginObject().endObject();
    CHECK(writer.take() == "{}");
}

TEST_CASE("json writer: half a document cannot be taken", "[fhir]") {
    Writer writer;
    writer.beginObject().key("a").beginArray();

    CHECK_THROWS_AS(writer.take(), std::logic_error);
}

TEST_CASE("json writer: nothing is no JSON value", "[fhir]") {
    Writer writer;
    writer.beginObject().key("a");

    CHECK_THROWS_AS(writer.raw(""), std::logic_error);
}

}  // namespace json_writer_test
