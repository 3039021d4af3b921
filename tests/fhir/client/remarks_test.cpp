#include "fhir/client/remarks.h"

#include "fhir/base/log.h"

namespace remarks_test {

using fhir::Remarks;

TEST_CASE("remarks: the same is told once an hour, another at once", "[fhir]") {
    std::vector<std::string> lines;
    fhir::log::redirect([&](const std::string& line) { lines.push_back(line); });
    Remarks remarks;
    const fhir::Deadline start{};

    remarks.tell("search Encounter", "information informational", start);
    remarks.tell("search Encounter", "information informational", start + std::chrono::minutes(59));
    CHECK(lines.size() == 1);
    remarks.tell("search Encounter", "warning processing", start);
    remarks.tell("search Observation", "information informational", start);
    CHECK(lines.size() == 3);
    remarks.tell("search Encounter", "information informational", start + std::chrono::hours(1));
    fhir::log::redirect(nullptr);

    CHECK(lines.size() == 4);
    CHECK(remarks.count() == 5);
    CHECK(lines.back().find("information informational") != std::string::npos);
}

TEST_CASE("remarks: a server that says something new each time is not remembered for ever",
          "[fhir]") {
    std::size_t lines = 0;
    fhir::log::redirect([&](const std::string&) { ++lines; });
    Remarks remarks;
    for (int i = 0; i < 1000; ++i) remarks.tell("search", std::to_string(i), {});
    fhir::log::redirect(nullptr);

    CHECK(lines == 1000);
}

}  // namespace remarks_test
