// What real EHRs have sent, each case from its file: see README.md beside this one.
#include <catch2/catch.hpp>
#include <map>

#include "tests/cases/fixture.h"
#include "tests/cases/performance.h"
#include "tests/support/json_at.h"
#include "tests/support/text.h"

namespace cases_test {

using fhir::json::Document;
using fhir::json::Value;
using test::Fixture;
using test::has;
using test::Performance;

namespace {

constexpr std::size_t kKinds = 20;

/// What of `wanted`, values by JSON pointer, is not so in a text; "" if all is. A value that is not
/// to be there is "".
std::string differenceOf(const std::string& json, const Value& wanted) {
    std::string all;
    for (const auto [pointer, value] : wanted.object()) {
        const auto expected = value.isString() ? value.string() : value.toJson();
        const auto found = test::at(json, std::string(pointer));
        if (found != expected)
            all += std::string(pointer) + " is " + found + ", not " + expected + "\n";
    }
    return all;
}

void checkText(const Value& expect, const char* name, const std::string& text, bool isThere) {
    for (const auto part : expect.findArray(name)) {
        INFO(name << ": " << part.string());
        CHECK(has(text, part.string()) == isThere);
    }
}

/// Every line as it is wanted, in this order, and no more.
void checkLines(const Value& expect, const std::vector<std::string>& lines) {
    if (const auto wanted = expect.find("lines")) {
        CHECK(lines.size() == wanted->size());
        std::size_t i = 0;
        for (const auto one : wanted->array()) {
            if (i == lines.size()) break;
            CHECK(differenceOf(lines[i++], one) == "");
        }
    }
    if (const auto wanted = expect.find("line")) {
        bool isFound = false;
        for (const auto& line : lines) isFound = isFound || differenceOf(line, *wanted).empty();
        INFO(wanted->toJson());
        CHECK(isFound);
    }
}

std::int64_t problemsOf(const std::string& told) {
    std::int64_t count = 0;
    const std::string mark = "problem: ";
    for (auto at = told.find(mark); at != std::string::npos; at = told.find(mark, at + 1))
        count += at == 0 || told[at - 1] == '\n';
    return count;
}

void checkCase(const Fixture& fixture) {
    const auto seen = test::perform(fixture);
    const auto base = Document::parse(fixture.text);
    const auto expect = base.root().at("expect");
    INFO(base.root().at("right").string());
    INFO("status " << seen.status << ", exit " << seen.exit << "\n" << seen.out);
    INFO(seen.told);
    if (const auto exit = expect.findInteger("exit")) CHECK(seen.exit == *exit);
    if (const auto status = expect.findInteger("status")) CHECK(seen.status == *status);
    if (const auto problems = expect.findInteger("problems"))
        CHECK(problemsOf(seen.told) == *problems);
    checkLines(expect, seen.lines());
    if (const auto body = expect.find("body")) CHECK(differenceOf(seen.out, *body) == "");
    if (const auto cards = expect.findInteger("cards"))
        CHECK(test::sizeAt(seen.out, "/cards") == static_cast<std::size_t>(*cards));
    checkText(expect, "shows", seen.out, true);
    checkText(expect, "hides", seen.out, false);
    checkText(expect, "says", seen.told, true);
    checkText(expect, "saysNot", seen.told, false);
    if (const auto opens = expect.find("opens"))
        for (const auto [target, wanted] : opens->object()) {
            const auto page = seen.pages.find(std::string(target));
            REQUIRE(page != seen.pages.end());
            INFO(page->second);
            if (wanted.isObject())
                CHECK(differenceOf(page->second, wanted) == "");
            else
                CHECK(has(page->second, wanted.string()));
        }
    if (const auto sent = expect.find("sent"))
        for (const auto [start, count] : sent->object()) {
            INFO(start);
            CHECK(seen.count(std::string(start)) == static_cast<std::size_t>(count.integer()));
        }
    CHECK(seen.unmet == "");
    // Nobody reads in a log, or where something went wrong, who was concerned and what they said.
    for (const auto& secret : seen.secrets) {
        INFO("told: " << secret);
        CHECK_FALSE(has(seen.told, secret));
        if (seen.status >= 400) CHECK_FALSE(has(seen.out, secret));
    }
}

}  // namespace

TEST_CASE("cases: what real EHRs have sent is read as it is meant", "[service][cases]") {
    const auto fixture = GENERATE(from_range(test::readFixtures()));
    DYNAMIC_SECTION(fixture.name) {
        checkCase(fixture);
    }
}

TEST_CASE("cases: every kind has its cases, each with what a case needs", "[service][cases]") {
    std::map<std::string, std::size_t> kinds;
    for (const auto& fixture : test::readFixtures()) {
        INFO(fixture.name);
        CHECK(test::faultOf(fixture.text) == "");
        ++kinds[fixture.name.substr(0, fixture.name.find('/'))];
    }
    CHECK(kinds.size() == kKinds);
    for (const auto& [kind, count] : kinds) {
        INFO(kind);
        CHECK(count >= 2);
    }
}

TEST_CASE("cases: a file that says what nobody reads, or names no source, is refused",
          "[service][cases]") {
    const std::string right = R"({"source": ["spec"], "right": "It is read.", "verb": "pull",
        "ehr": {"replies": [{"to": "GET /fhir/Patient", "status": 403}]}, "expect": {"exit": 0}})";
    REQUIRE(test::faultOf(right) == "");
    const auto [from, to, place] = GENERATE(table<std::string, std::string, std::string>({
        {R"(["spec"])", "[]", "/source"},
        {R"(["spec"])", R"([""])", "/source/0"},
        {R"("source": ["spec"], )", "", "/source"},
        {R"("right")", R"("wrong")", "/wrong"},
        {"It is read.", "", "/right"},
        {R"("replies")", R"("answers")", "/ehr/answers"},
        {R"("status")", R"("state")", "/ehr/replies/0/state"},
        {R"("pull")", R"("pulls")", "/verb"},
        {R"({"exit": 0})", "{}", "/expect"},
        {R"({"exit": 0})", R"({"exits": 0})", "/expect/exits"},
        {R"("expect")", R"("call": {"text": "x"}, "expect")", "/call/text"},
    }));

    const auto fault = test::faultOf(test::changed(right, from, to));

    INFO(fault);
    CHECK(fault.starts_with(place + " "));
}

}  // namespace cases_test
