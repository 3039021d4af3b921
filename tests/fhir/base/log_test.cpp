#include "fhir/base/log.h"

#include "fhir/base/json.h"
#include "fhir/r4/date_time.h"

namespace log_test {

namespace {

/// The lines that are logged while this lives.
struct Caught {
    Caught() {
        fhir::log::redirect([this](const std::string& line) { lines.push_back(line); });
    }
    ~Caught() {
        fhir::log::redirect(nullptr);
        fhir::log::keepFrom(fhir::log::Level::Info);
    }
    Caught(const Caught&) = delete;
    Caught& operator=(const Caught&) = delete;
    std::vector<std::string> lines;
};

}  // namespace

TEST_CASE("log: a line is one JSON object with its time, level, event and fields", "[log]") {
    Caught caught;

    fhir::log::warning("unit not read", {{"unit", "ward-7"}, {"why", "a \"quote\"\nand a line"}});

    REQUIRE(caught.lines.size() == 1);
    CHECK(caught.lines[0].find('\n') == std::string::npos);
    const auto document = fhir::json::Document::parse(caught.lines[0]);
    const auto line = document.root();
    CHECK(fhir::DateTime::tryParse(line.at("time").string()));
    CHECK(line.at("level").text() == "warning");
    CHECK(line.at("event").text() == "unit not read");
    CHECK(line.at("unit").text() == "ward-7");
    CHECK(line.at("why").text() == "a \"quote\"\nand a line");
}

TEST_CASE("log: what is below the level is left out", "[log]") {
    Caught caught;
    fhir::log::keepFrom(fhir::log::Level::Warning);

    fhir::log::info("one");
    fhir::log::warning("two");
    fhir::log::error("three");

    REQUIRE(caught.lines.size() == 2);
    CHECK(caught.lines[0].find("\"two\"") != std::string::npos);
    CHECK(caught.lines[1].find("\"level\":\"error\"") != std::string::npos);
}

TEST_CASE("log: a value that is no text never fails the line", "[log]") {
    Caught caught;

    fhir::log::info("odd", {{"value", "\xff\xfe"}, {"next", "fine"}});

    REQUIRE(caught.lines.size() == 1);
    const auto document = fhir::json::Document::parse(caught.lines[0]);
    CHECK(document.root().at("value").text() == "(not UTF-8)");
    CHECK(document.root().at("next").text() == "fine");
}

}  // namespace log_test
