#include <catch2/catch.hpp>
#include <vector>

#include "fhir/base/error.h"
#include "fhir/base/json.h"
#include "tests/support/thrown.h"

namespace json_reader_test {

using Catch::Matchers::Contains;
using fhir::json::Document;
using fhir::json::Limits;
using fhir::json::Value;

namespace {

struct Taken {
    std::vector<std::string> elements, places;
    std::string rest;
};

Taken take(const std::string& text, const Limits& limits = {}) {
    Taken taken;
    const auto rest = Document::parseElements(
        text, "entry",
        [&](const Value& element) {
            taken.elements.push_back(element.toJson());
            taken.places.push_back(element.path());
        },
        limits);
    taken.rest = rest.root().toJson();
    return taken;
}

}  // namespace

TEST_CASE("json: the elements of an array are given one by one", "[fhir]") {
    const auto taken = take(R"({"a": [1, {"entry": [7]}], "entry": [{"b": [true, {"c": null}]}, "x",
        [], 3, {"entry": [1]}], "z": {"entry": ["inner"]}})");

    CHECK(taken.elements == std::vector<std::string>{R"({"b":[true,{"c":null}]})", R"("x")", "[]",
                                                     "3", R"({"entry":[1]})"});
    CHECK(taken.places ==
          std::vector<std::string>{"/entry/0", "/entry/1", "/entry/2", "/entry/3", "/entry/4"});
    CHECK(taken.rest == R"({"a":[1,{"entry":[7]}],"entry":[],"z":{"entry":["inner"]}})");
}

TEST_CASE("json: of two arrays of a name the first is given", "[fhir]") {
    const auto taken = take(R"({"entry": [1, 2], "": [3], "entry": [4]})");

    CHECK(taken.elements == std::vector<std::string>{"1", "2"});
    CHECK(taken.rest == R"({"entry":[],"":[3],"entry":[4]})");
}

TEST_CASE("json: what is no array has no elements", "[fhir]") {
    const std::string text =
        GENERATE(as<std::string>(), R"({"entry":{"x":[1]}})", R"({"entry":"x"})", R"({"x":[1]})",
                 R"({"entry":null,"x":{"y":[1]}})", "[[1]]", R"([{"entry":[1]}])", "7");

    const auto taken = take(text);

    CHECK(taken.elements.empty());
    CHECK(taken.rest == Document::parse(text).root().toJson());
}

TEST_CASE("json: the path in an element begins at the root of all", "[fhir]") {
    std::string path;
    Document::parseElements(R"({"entry":[{},{"a":[{"b":1}]}]})", "entry", [&](const Value& one) {
        if (const auto a = one.find("a")) path = (*a->array().begin()).at("b").path();
    });

    CHECK(path == "/entry/1/a/0/b");
}

TEST_CASE("json: a fault after elements is placed where it is", "[fhir]") {
    const auto [text, place] = GENERATE(table<std::string, std::string>({
        {"{\"entry\":[{\"a\":\"x\\ny\"},\n{\"b\":\"x\\ny\",}]}", "byte 37"},
        {"{\"entry\":[1,2],\n\"x\":\"a\\nb\" 7}", "byte 28"},
        {"{\"entry\":[1,2", "byte 14"},
        {"{\"entry\":[[\"a\\nb\"\n\"c\"]]}", "line 2, column 1"},
        {"{\"entry\":[\"\\uDC00\"]}", "line 1, column 12"},
        {"{\"x\":\"a\\nb\",\n\"entry\":[{\"a\":\"\\n\",}]}", "line 2, column 20"},
    }));

    Limits limits;
    limits.halfPairs = false;
    CHECK_THAT(test::thrown([&, &text = text] { take(text, limits); }).what(),
               Contains(place + ":"));
}

TEST_CASE("json: elements count against the limits of the whole", "[fhir]") {
    Limits limits;
    limits.valuesMax = 10;
    CHECK_NOTHROW(take(R"({"entry":[1,2,3,4,5,6,7]})", limits));
    CHECK_THAT(test::thrown([&] { take(R"({"entry":[1,2,3,4,5,6,7,8]})", limits); }).what(),
               Contains("more values than allowed"));
    limits.depthMax = 3;
    CHECK_NOTHROW(take(R"({"entry":[[1]]})", limits));
    CHECK_THAT(test::thrown([&] { take(R"({"entry":[[[1]]]})", limits); }).what(),
               Contains("nested deeper than allowed"));
}

TEST_CASE("json: whether the elements are given is asked where they begin", "[fhir]") {
    const std::string text = R"({"a":{"b":[1]},"c":2,"entry":[{"d":3},4],"e":5})";
    const bool wanted = GENERATE(true, false);
    std::vector<std::string> asked, given;

    const auto rest = Document::parseElements(
        text, "entry", [&](const Value& element) { given.push_back(element.toJson()); }, {},
        [&](const Value& before) {
            CHECK(given.empty());
            CHECK(before.size() == 2);
            CHECK(before.at("a").at("b").path() == "/a/b");
            CHECK_FALSE(before.find("entry"));
            asked.push_back(before.toJson());
            return wanted;
        });

    CHECK(asked == std::vector<std::string>{R"({"a":{"b":[1]},"c":2})"});
    CHECK(given.size() == (wanted ? 2 : 0));
    CHECK(rest.root().toJson() == (wanted ? R"({"a":{"b":[1]},"c":2,"entry":[],"e":5})" : text));
    CHECK(rest.root().size() == 4);
}

TEST_CASE("json: a refusal where the elements begin passes through", "[fhir]") {
    CHECK_THROWS_AS(
        Document::parseElements(R"({"entry":[1]})", "entry", [](const Value&) {}, {},
                                [](const Value&) -> bool { throw std::runtime_error("x"); }),
        std::runtime_error);
}

TEST_CASE("json: what an element's reader throws passes through", "[fhir]") {
    CHECK_THROWS_AS(Document::parseElements(R"({"entry":[1]})", "entry",
                                            [](const Value&) { throw std::runtime_error("x"); }),
                    std::runtime_error);
}

TEST_CASE("json: a member is found among names of any kind", "[fhir]") {
    std::string text = "{\"\":0";
    for (int i = 1; i < 500; ++i)
        text += ",\"" + std::string(static_cast<std::size_t>(i % 40), 'n') + std::to_string(i) +
                "\":" + std::to_string(i);
    const auto document = Document::parse(text + "}");

    CHECK(document.root().at("").integer() == 0);
    for (int i = 1; i < 500; ++i)
        CHECK(document.root()
                  .at(std::string(static_cast<std::size_t>(i % 40), 'n') + std::to_string(i))
                  .integer() == i);
    CHECK_FALSE(document.root().find("n"));
    CHECK_FALSE(document.root().find("500"));
    CHECK_FALSE(Document::parse("{}").root().find(""));
}

TEST_CASE("json: names that begin alike are told apart", "[fhir]") {
    const std::vector<std::string> names{
        "",          "a",         "ab",       "abcdefg",   "abcdefgh",          "abcdefgx",
        "abcdefghi", "abcdefghx", "xbcdefgh", "xbcdefghi", std::string(70, 'a')};
    for (const auto& there : names) {
        const auto document = Document::parse("{\"" + there + "\":1}");
        for (const auto& asked : names)
            CHECK(document.root().find(asked).has_value() == (asked == there));
    }
    CHECK(Document::parse(R"({"abcdefghi":1})").root().find("abcdefghi"));
    CHECK(Document::parse(R"({"a\u0062cdefghi":1})").root().find("abcdefghi"));
}

TEST_CASE("json: a string ends where its quote stands, wherever that is", "[fhir]") {
    for (std::size_t before = 0; before < 20; ++before) {
        const auto plain = std::string(before, 'x') + "\xC3\xA9";
        const auto parsed = [&](const std::string& text) {
            return std::string(Document::parse(text).root().at("k").text());
        };
        CHECK(parsed("{\"k\":\"" + plain + "\"}") == plain);
        CHECK(parsed("{\"k\":\"" + plain + "\\n" + plain + "\",\"l\":\"\"}") ==
              plain + "\n" + plain);
        CHECK_THROWS_AS(parsed("{\"k\":\"" + plain + "\x1F\"}"), fhir::Error);
        CHECK_THROWS_AS(parsed("{\"k\":\"" + plain), fhir::Error);
        CHECK(parsed("{\"k\":\"" + plain + "\x7F\"}") == plain + "\x7F");
    }
}

TEST_CASE("json: every character of UTF-8 is taken, and nothing else", "[fhir]") {
    const auto taken = [](const std::string& bytes) {
        try {
            return Document::parse("[\"" + bytes + "\"]").root().size() == 1;
        } catch (const fhir::Error&) {
            return false;
        }
    };
    const std::string good =
        GENERATE(as<std::string>(), "\x7F", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF",
                 "\xEE\x80\x80", "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF");
    const std::string bad = GENERATE(
        as<std::string>(), "\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC2", "\xC2\x41",
        "\xE0\x9F\xBF", "\xE1\x80", "\xED\xA0\x80", "\xED\xBF\xBF", "\xEF\xBF\x41",
        "\xF0\x8F\xBF\xBF", "\xF1\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF");

    CHECK(taken(good));
    CHECK(taken("0123456789abcdef" + good + "0123456789abcdef" + good));
    CHECK_FALSE(taken(bad));
    CHECK_FALSE(taken("0123456789abcdef" + bad));
    CHECK_FALSE(taken(good + bad));
}

}  // namespace json_reader_test
