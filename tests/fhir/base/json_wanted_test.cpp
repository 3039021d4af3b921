#include "fhir/base/json_wanted.h"

#include "fhir/base/log.h"
#include "tests/support/thrown.h"

namespace json_wanted_test {

using fhir::json::Document;
using fhir::json::Value;
using fhir::json::Wanted;

namespace {

/// Every wrong thing that may stand where a text is wanted, and what is said of it.
const std::vector<std::pair<std::string, std::string>> kNoText{
    {"7", "must be text, not a number"},
    {"true", "must be text, not true or false"},
    {"[]", "must be text, not a list"},
    {"{}", "must be text, not an object"},
    {R"("a\u0000b")", "holds a zero character"}};

}  // namespace

TEST_CASE("json wanted: an element that can be read is read, and absence is no problem", "[json]") {
    const auto document = Document::parse(
        R"({"text":"x","yes":true,"count":7,"list":["a",null,"b"],"object":{"a":1},"none":null})");
    const auto root = document.root();
    Wanted wanted;

    CHECK(wanted.string(root, "text") == "x");
    CHECK(wanted.boolean(root, "yes") == true);
    CHECK(wanted.integer(root, "count") == 7);
    CHECK(wanted.strings(root, "list") == std::vector<std::string>{"a", "b"});
    CHECK(wanted.object(root, "object"));
    for (const auto* absent : {"none", "missing"}) {
        CHECK_FALSE(wanted.string(root, absent));
        CHECK_FALSE(wanted.boolean(root, absent));
        CHECK(wanted.strings(root, absent).empty());
        CHECK(wanted.objects(root, absent).empty());
    }
    CHECK(wanted.problems().empty());
}

TEST_CASE("json wanted: one of another type is left out alone, and named in kind", "[json]") {
    for (const auto& [odd, why] : kNoText) {
        INFO(odd);
        const auto document = Document::parse(R"({"a":)" + odd + R"(,"b":"x"})");
        Wanted wanted;

        CHECK_FALSE(wanted.string(document.root(), "a"));
        CHECK(wanted.string(document.root(), "b") == "x");
        REQUIRE(wanted.problems().size() == 1);
        CHECK(wanted.problems().front().path == "/a");
        CHECK(wanted.problems().front().text == why);
        CHECK(wanted.isLeftOut("/a"));
        CHECK_FALSE(wanted.isLeftOut("/b"));
    }
}

TEST_CASE("json wanted: of a list each element costs itself", "[json]") {
    const auto document = Document::parse(
        R"({"words":["a",7,"b"],"parts":[{"name":"x"},{"name":5},"y",null,{}],"no":"list"})");
    const auto root = document.root();
    Wanted wanted;

    const auto names =
        wanted.list(root, "parts", [](const Value& part) { return part.at("name").string(); });

    CHECK(names == std::vector<std::string>{"x"});
    CHECK(wanted.strings(root, "words") == std::vector<std::string>{"a", "b"});
    CHECK(wanted.strings(root, "no").empty());
    std::vector<std::string> paths;
    for (const auto& one : wanted.problems()) paths.push_back(one.path);
    CHECK(paths == std::vector<std::string>{"/parts/1/name", "/parts/2", "/parts/3",
                                            "/parts/4/name", "/words/1", "/no"});
    CHECK(wanted.isLeftOut("/parts"));
    CHECK_FALSE(wanted.isLeftOut("/part"));
}

TEST_CASE("json wanted: something may stand in the place of what is left out", "[json]") {
    const auto [list, expected] = GENERATE(table<std::string, std::vector<std::string>>({
        {R"(["a",7,"b",null])", {"a", "?", "b", "?"}},
        {R"("a")", {"?"}},
        {R"([])", {}},
        {R"(null)", {}},
    }));
    INFO(list);
    const auto document = Document::parse(R"({"a":)" + list + "}");
    const std::string instead = "?";
    Wanted wanted;

    const auto read = wanted.list(
        document.root(), "a", [](const Value& value) { return value.string(); }, &instead);

    CHECK(read == expected);
}

TEST_CASE("json wanted: what is no object is not there at all", "[json]") {
    const auto document = Document::parse(R"(["x"])");
    Wanted wanted;

    CHECK(test::thrown([&] { wanted.string(document.root(), "a"); }).kind() ==
          fhir::ErrorKind::InvalidInput);
    CHECK(wanted.problems().empty());
}

TEST_CASE("json wanted: a strict reading leaves nothing out", "[json]") {
    const auto document = Document::parse(R"({"flag":"true","text":7,"list":["a",7],"none":null})");
    const auto root = document.root();
    auto& strict = fhir::json::strict();
    const auto pathOf = [](auto read) { return test::thrown(read).path(); };

    CHECK_FALSE(strict.string(root, "none"));
    CHECK(pathOf([&] { strict.flag(root, "flag"); }) == "/flag");
    CHECK(pathOf([&] { strict.string(root, "text"); }) == "/text");
    CHECK(pathOf([&] { strict.strings(root, "list"); }) == "/list/1");
    CHECK(strict.problems().empty());
}

TEST_CASE("json wanted: a flag may be written as text, and nothing else", "[json]") {
    const auto [text, said] = GENERATE(table<std::string, std::optional<bool>>({
        {"true", true},
        {"false", false},
        {R"("true")", true},
        {R"("false")", false},
        {R"("TRUE")", {}},
        {R"("yes")", {}},
        {R"("")", {}},
        {"1", {}},
        {"[]", {}},
    }));
    const auto document = Document::parse(R"({"a":)" + text + "}");
    Wanted wanted;

    CHECK(wanted.flag(document.root(), "a") == said);
    CHECK(wanted.problems().size() == (said ? 0 : 1));
}

TEST_CASE("json wanted: other errors pass, and a message that is all odd says so in few lines",
          "[json]") {
    std::string text = R"({"a":[0)";
    for (int i = 0; i < 100; ++i) text += ",0";
    const auto document = Document::parse(text + "]}");
    Wanted wanted;

    CHECK(wanted.strings(document.root(), "a").empty());
    CHECK(wanted.problems().size() == 20);
    CHECK(wanted.isLeftOut("/b"));  // it may have been: whoever asks wants to be on the safe side
    CHECK_THROWS(wanted.read(document.root(), "a", [](const Value&) -> int {
        throw fhir::Error(fhir::ErrorKind::BadReply, "made up");
    }));
}

TEST_CASE("json wanted: the log names message, element and kind, and never the content", "[json]") {
    std::vector<std::string> lines;
    fhir::log::redirect([&](const std::string& line) { lines.push_back(line); });
    const auto document = Document::parse(R"({"patient":["Ada Example"]})");
    Wanted wanted;

    CHECK_FALSE(wanted.string(document.root(), "patient"));
    fhir::json::logLeftOut("token response", wanted.problems());
    fhir::log::redirect(nullptr);

    REQUIRE(lines.size() == 1);
    for (const auto* part : {"token response", "/patient", "must be text, not a list"})
        CHECK(lines.front().find(part) != std::string::npos);
    CHECK(lines.front().find("Ada") == std::string::npos);
}

}  // namespace json_wanted_test
