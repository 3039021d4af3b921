#include "fhir/base/json.h"

#include <cstdint>

#include "fhir/base/error.h"
#include "tests/support/thrown.h"

namespace json_test {

using Catch::Matchers::Contains;
using fhir::Error;
using fhir::ErrorKind;
using fhir::json::Document;
using fhir::json::Limits;
using fhir::json::Type;
using fhir::json::Value;
using test::thrown;

namespace {

Error refusal(const std::string& text, const Limits& limits = {}) {
    return thrown([&] { Document::parse(text, limits); });
}

const std::string kSample = R"({
  "resourceType": "Observation", "id": "o-1", "deleted": false, "kept": true,
  "score": -1.250e+2, "count": 12, "nothing": null, "tags": ["a", 2, [], {}],
  "text": "Mi jardín \u2014 \uD83C\uDF3B \"und\" 庭", "inner": {"deep": {"deeper": [0, 1]}}
})";

}  // namespace

TEST_CASE("json: a value knows where it stands", "[fhir]") {
    const auto document = Document::parse(R"({"a":[1,{"b/c":"x","d~":true}],"e":1.50})");
    const auto root = document.root();

    const auto inner = *++root.at("a").array().begin();

    CHECK(root.path() == "");
    CHECK(root.at("a").path() == "/a");
    CHECK(inner.path() == "/a/1");
    CHECK(inner.at("b/c").path() == "/a/1/b~1c");
    CHECK(inner.at("d~").path() == "/a/1/d~0");
    CHECK(root.at("e").path() == "/e");
    CHECK(root.at("e").number() == "1.50");
}

TEST_CASE("json: every type is read as what it is", "[fhir]") {
    const auto document = Document::parse(kSample);
    const auto root = document.root();

    CHECK(root.type() == Type::Object);
    CHECK(root.size() == 10);
    CHECK(root.at("id").string() == "o-1");
    CHECK(root.at("deleted").type() == Type::False);
    CHECK_FALSE(root.at("deleted").boolean());
    CHECK(root.at("kept").boolean());
    CHECK(root.at("score").number() == "-1.250e+2");
    CHECK(root.at("count").integer() == 12);
    CHECK(root.at("tags").size() == 4);
    CHECK(root.at("text").text() == "Mi jardín — 🌻 \"und\" 庭");
    CHECK(root.at("inner").at("deep").at("deeper").array().begin().operator*().integer() == 0);
}

TEST_CASE("json: a scalar may be the whole document", "[fhir]") {
    CHECK(Document::parse(" true ").root().boolean());
    CHECK(Document::parse("\"\"").root().text().empty());
    CHECK(Document::parse("null").root().isNull());
    CHECK(Document::parse("-0.10").root().number() == "-0.10");
}

TEST_CASE("json: what is absent or null is found as nothing", "[fhir]") {
    const auto document = Document::parse(R"({"null":null,"text":"x"})");
    const auto root = document.root();

    CHECK_FALSE(root.find("absent"));
    CHECK_FALSE(root.find("null"));
    CHECK_FALSE(root.findString("null"));
    CHECK_FALSE(root.findBoolean("absent"));
    CHECK_FALSE(root.findInteger("absent"));
    CHECK(root.findArray("absent").empty());
    CHECK(root.findArray("null").empty());
    CHECK(root.findString("text") == "x");
}

TEST_CASE("json: a missing member is named by its path", "[fhir]") {
    const auto document = Document::parse(R"({"a":[{"b":{}}]})");
    const auto inner = document.root().at("a").array().begin().operator*().at("b");

    const auto error = thrown([&] { inner.at("c/d"); });

    CHECK(error.kind() == ErrorKind::InvalidInput);
    CHECK(error.path() == "/a/0/b/c~1d");
    CHECK(std::string(error.what()) == "is missing");
}

TEST_CASE("json: a value of the wrong type is named by its path and both types", "[fhir]") {
    const auto document =
        Document::parse(R"({"n":null,"t":true,"f":false,"i":1,"s":"secret words","a":[],"o":{}})");
    const auto root = document.root();
    struct Case {
        const char* name;
        std::function<void(const Value&)> use;
        const char* text;
    };
    const auto wanted = GENERATE(values<Case>({
        {"s", [](const Value& v) { v.boolean(); }, "must be true or false, not text"},
        {"s", [](const Value& v) { v.number(); }, "must be a number, not text"},
        {"s", [](const Value& v) { v.integer(); }, "must be a number, not text"},
        {"s", [](const Value& v) { v.array(); }, "must be a list, not text"},
        {"s", [](const Value& v) { v.object(); }, "must be an object, not text"},
        {"s", [](const Value& v) { v.find("x"); }, "must be an object, not text"},
        {"i", [](const Value& v) { v.text(); }, "must be text, not a number"},
        {"t", [](const Value& v) { v.string(); }, "must be text, not true or false"},
        {"f", [](const Value& v) { v.number(); }, "must be a number, not true or false"},
        {"a", [](const Value& v) { v.at("x"); }, "must be an object, not a list"},
        {"a", [](const Value& v) { v.findArray("x"); }, "must be an object, not a list"},
        {"o", [](const Value& v) { v.array(); }, "must be a list, not an object"},
    }));

    const auto error = thrown([&] { wanted.use(root.at(wanted.name)); });

    CHECK(error.kind() == ErrorKind::InvalidInput);
    CHECK(error.path() == std::string("/") + wanted.name);
    CHECK(std::string(error.what()) == wanted.text);
}

TEST_CASE("json: integers are 64 bits, whole and exact", "[fhir]") {
    CHECK(Document::parse("9223372036854775807").root().integer() == INT64_MAX);
    CHECK(Document::parse("-9223372036854775808").root().integer() == INT64_MIN);
    CHECK(Document::parse("-0").root().integer() == 0);
    const std::string text = GENERATE("9223372036854775808", "1.0", "1e3", "-0.5");
    const auto document = Document::parse(text);

    const auto error = thrown([&] { document.root().integer(); });

    CHECK(std::string(error.what()) == "must be a whole number");
}

TEST_CASE("json: decimals keep their text, however long", "[fhir]") {
    const std::string text =
        GENERATE("1.50", "0.00", "-1.0E-7", "3.14159265358979323846264338327950288", "1e308",
                 "123456789012345678901234567890", "1E+2");
    const auto document = Document::parse("[" + text + "]");

    CHECK(document.root().array().begin().operator*().number() == text);
    CHECK(document.root().toJson() == "[" + text + "]");
}

TEST_CASE("json: what is no number, or too large for a double, is refused", "[fhir]") {
    const std::string text = GENERATE("01", "+1", "1.", ".5", "1e", "-", "0x10", "NaN", "Infinity",
                                      "1.5.2", "--1", "1e+", "1e400", "-1e400");

    CHECK(refusal("[" + text + "]").kind() == ErrorKind::InvalidInput);
}

TEST_CASE("json: nesting is limited to 64, and refused fast however deep", "[fhir]") {
    const auto nested = [](std::size_t depth, const char* open, const char* close) {
        std::string text;
        for (std::size_t i = 0; i < depth; ++i) text += open;
        if (*open == '{') text += "1";
        for (std::size_t i = 0; i < depth; ++i) text += close;
        return text;
    };

    CHECK_NOTHROW(Document::parse(nested(64, "[", "]")));
    CHECK_NOTHROW(Document::parse(nested(64, "{\"a\":", "}")));
    CHECK_THAT(refusal(nested(65, "[", "]")).what(), Contains("nested deeper than allowed"));
    CHECK_THAT(refusal(nested(65, "{\"a\":", "}")).what(), Contains("nested deeper than allowed"));
    // That it stops there, and does not read on, is what makes it fast.
    CHECK_THAT(refusal(nested(100'000, "[", "]")).what(), Contains("line 1, column 65:"));
    CHECK_THAT(refusal(std::string(10'000'000, '[')).what(), Contains("line 1, column 65:"));
}

TEST_CASE("json: the deepest document that is allowed can be written again", "[fhir]") {
    const auto text = std::string(64, '[') + std::string(64, ']');

    CHECK(Document::parse(text).root().toJson() == text);
}

TEST_CASE("json: bytes and values are limited", "[fhir]") {
    Limits limits;
    limits.bytesMax = 10;
    CHECK_NOTHROW(Document::parse("[1,2,3,4]", limits));
    CHECK_NOTHROW(Document::parse("[1,2,3,40]", limits));
    CHECK_THAT(refusal("[1,2,3,400]", limits).what(), Contains("larger than 10 bytes"));

    limits = {};
    limits.valuesMax = 4;
    CHECK_NOTHROW(Document::parse("[1,2,3]", limits));
    CHECK_THAT(refusal("[1,2,3,4]", limits).what(), Contains("more values than allowed"));
    CHECK_NOTHROW(Document::parse(R"({"a":[0]})", limits));
    CHECK_THAT(refusal(R"({"a":1,"b":2})", limits).what(), Contains("more values than allowed"));

    limits = {};
    limits.stringBytesMax = 4;
    CHECK_NOTHROW(Document::parse(R"({"abcd":["efgh",1234,"\u0041bcd"]})", limits));
    for (const auto* text : {R"({"abcde":1})", R"(["abcde"])", "[12345]", R"(["\u0041bcde"])"})
        CHECK_THAT(refusal(text, limits).what(), Contains("a longer text than allowed"));
}

TEST_CASE("json: text that is not UTF-8 is refused", "[fhir]") {
    const std::string bytes = GENERATE("\xFF", "\xC0\xAF", "\xE2\x82", "\xED\xA0\x80",
                                       "\xF8\x88\x80\x80\x80", "\x80", "\xF4\x90\x80\x80");

    CHECK(refusal("{\"a\":\"" + bytes + "\"}").kind() == ErrorKind::InvalidInput);
    CHECK(refusal("{\"" + bytes + "\":1}").kind() == ErrorKind::InvalidInput);
}

TEST_CASE("json: half a surrogate pair costs one character, a whole one is one", "[fhir]") {
    CHECK(Document::parse(R"("\uD83D\uDC9B")").root().text() == "💛");
    CHECK(Document::parse("\"\xED\x9F\xBF 한국어\"").root().text() == "\xED\x9F\xBF 한국어");
    const auto [text, read] = GENERATE(table<std::string, std::string>({
        {R"(\uD83D)", "\uFFFD"},
        {R"(\ud83d x)", "\uFFFD x"},
        {R"(\uD83D\u0041)", "\uFFFDA"},
        {R"(\uDC9B)", "\uFFFD"},
        {R"(\uDC9B\uD83D)", "\uFFFD\uFFFD"},
        {R"(\uD83D\uD83D\uDC9B)", "\uFFFD💛"},
        {R"(\uD83D\uDC9B\uDC9B)", "💛\uFFFD"},
        {R"(\uD83D\\uDC9B)", "\uFFFD\\uDC9B"},
        {R"(a\\uD83D)", "a\\uD83D"},
        {R"(\\\uDFFF)", "\\\uFFFD"},
        {R"(\u00e9\uD83D\n)", "é\uFFFD\n"},
    }));
    INFO(text);

    CHECK(Document::parse("{\"a\":\"" + text + "\"}").root().at("a").text() == read);
    CHECK(Document::parse("{\"" + text + "\":1}").root().at(read).integer() == 1);
}

TEST_CASE("json: half a surrogate pair is no JSON where nothing may be mended", "[fhir]") {
    const std::string text =
        GENERATE(R"("\uD83D")", R"("\uD83D\u0041")", R"("\uDC9B")", R"({"\uDFFF":1})");

    CHECK(thrown([&] { Document::parse(text, {.halfPairs = false}); }).kind() ==
          ErrorKind::InvalidInput);
    CHECK(Document::parse(R"("\uD83D\uDC9B")", {.halfPairs = false}).root().text() == "💛");
}

TEST_CASE("json: a zero byte is refused, an escaped one where it is read", "[fhir]") {
    using namespace std::string_literals;
    CHECK_THAT(refusal("{\"a\":\"x\0y\"}"s).what(), Contains("zero byte"));
    CHECK_THAT(refusal("{}\0"s).what(), Contains("zero byte"));
    const auto document = Document::parse(R"({"a":"one","b":["x\u0000y"]})");

    const auto error =
        thrown([&] { document.root().at("b").array().begin().operator*().string(); });

    CHECK(error.path() == "/b/0");
    CHECK_THAT(error.what(), Contains("zero"));
    CHECK(document.root().at("a").string() == "one");
}

TEST_CASE("json: a byte order mark is passed over at the start alone", "[fhir]") {
    CHECK(Document::parse("\xEF\xBB\xBF{\"a\":1}").root().at("a").integer() == 1);
    CHECK(refusal("{\xEF\xBB\xBF\"a\":1}").kind() == ErrorKind::InvalidInput);
    CHECK(refusal("\xEF\xBB\xBF").kind() == ErrorKind::InvalidInput);
}

TEST_CASE("json: a document cut off at any byte is an error and nothing worse", "[fhir]") {
    for (std::size_t length = 0; length < kSample.size(); ++length) {
        INFO("the first " << length << " bytes");
        const auto error = refusal(kSample.substr(0, length));
        CHECK(error.kind() == ErrorKind::InvalidInput);
    }
}

TEST_CASE("json: any one byte changed never does worse than an error", "[fhir]") {
    int refused = 0;
    for (std::size_t i = 0; i < kSample.size(); ++i)
        for (const char byte : {'"', '\\', '{', '}', '[', ']', ',', ':', '\x01', '\xFF', '0'}) {
            auto text = kSample;
            text[i] = byte;
            try {
                const auto document = Document::parse(text);
                document.root().toJson();
            } catch (const Error& error) {
                CHECK(error.kind() == ErrorKind::InvalidInput);
                ++refused;
            }
        }
    CHECK(refused > 100);
}

TEST_CASE("json: nothing may follow the document", "[fhir]") {
    CHECK_THAT(refusal("{} {}").what(), Contains("line 1, column 4"));
    CHECK(refusal("1 2").kind() == ErrorKind::InvalidInput);
}

TEST_CASE("json: a fault is placed by line and column", "[fhir]") {
    CHECK_THAT(refusal("{\n  \"a\": 1,\n  \"b\": x\n}").what(), Contains("line 3, column 8"));
    CHECK_THAT(refusal("").what(), Contains("line 1, column 1"));
}

TEST_CASE("json: line breaks written as escapes do not move the place of a fault", "[fhir]") {
    const auto* text =
        "{\n  \"a\": \"one\\ntwo\\nthree\",\n  \"b\\n\": [\"x\\n\\u000A\"],\n  \"c\": x\n}";

    CHECK_THAT(refusal(text).what(), Contains("line 4, column 8"));
    CHECK_THAT(refusal("[\"a\\nb\", \"c\\nd\\q\"]").what(), Contains("line 1, column 15:"));
    const auto half =
        thrown([] { Document::parse("[\"a\\nb\", \"\\uDC00\"]", {.halfPairs = false}); });
    CHECK_THAT(half.what(), Contains("line 1, column 11:"));
}

TEST_CASE("json: the text of a fault never repeats the document", "[fhir]") {
    const auto error = refusal(R"({"name": "Amara Okafor-Test", "birthDate": oops})");

    CHECK_THAT(error.what(), !Contains("Amara") && !Contains("oops"));
}

TEST_CASE("json: comments and a last comma are for configuration alone", "[fhir]") {
    const std::string text = "{ // why\n \"a\": [1, /* two */ 2,],\n}";
    Limits configuration;
    configuration.comments = true;

    CHECK(refusal(text).kind() == ErrorKind::InvalidInput);
    CHECK(refusal("[1,]").kind() == ErrorKind::InvalidInput);
    CHECK(Document::parse(text, configuration).root().at("a").size() == 2);
    CHECK(refusal("{} /* open", configuration).kind() == ErrorKind::InvalidInput);
    CHECK(refusal("{} /", configuration).kind() == ErrorKind::InvalidInput);
}

TEST_CASE("json: of members with the same name the first counts", "[fhir]") {
    const auto document = Document::parse(R"({"id":"first","id":"second","x":null,"x":1})");

    CHECK(document.root().findString("id") == "first");
    CHECK_FALSE(document.root().find("x"));
    CHECK(document.root().size() == 4);
}

TEST_CASE("json: members and elements come in their order", "[fhir]") {
    const auto document = Document::parse(R"({"z":1,"a":[true,"b",{}],"m":{"n":[]}})");
    std::string names;
    for (const auto [name, value] : document.root().object()) names += std::string(name) + " ";
    std::size_t count = 0;
    for (const auto element : document.root().at("a").array())
        CHECK(element.path() == "/a/" + std::to_string(count++));

    CHECK(names == "z a m ");
    CHECK(count == 3);
    CHECK(document.root().at("m").at("n").array().empty());
}

TEST_CASE("json: a document that is moved keeps its values valid", "[fhir]") {
    auto document = Document::parse(R"({"a":"kept"})");
    const auto value = document.root().at("a");

    const auto elsewhere = std::move(document);

    CHECK(value.text() == "kept");
    CHECK(elsewhere.root().at("a").path() == "/a");
}

}  // namespace json_test
