// The client's requirements of SMART App Launch 2.2 as Inferno numbers them, and what covers each:
// fhir/smart/requirements.csv says `test` (a test case names its id: "(SMART 13, 44)"),
// `see` (the test case that begins so), or `no` (why it is not ours).
#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/source_tree.h"

namespace smart_requirements_test {

namespace {

constexpr std::size_t kRequirements = 164;

struct Row {
    std::string id, conformance, covered, by;
};

struct Tests {
    std::set<std::string> ids;       ///< that the names of test cases bear
    std::vector<std::string> names;  ///< of all test cases
};

std::vector<Row> readRows(const std::string& text) {
    std::vector<Row> rows;
    std::istringstream lines(text);
    std::string line;
    std::getline(lines, line);  // the head
    while (std::getline(lines, line)) {
        std::istringstream cells(line);
        Row row;
        std::getline(cells, row.id, ',');
        std::getline(cells, row.conformance, ',');
        std::getline(cells, row.covered, ',');
        std::getline(cells, row.by);
        std::erase(row.by, '"');
        rows.push_back(row);
    }
    return rows;
}

/// The name of each TEST_CASE, its parts put together, and the ids in it.
Tests readTests(const std::vector<test::File>& tree) {
    static const std::regex kCase(R"re(TEST_CASE\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+))re");
    static const std::regex kIds(R"(\(SMART ([0-9, ]+)\))");
    Tests tests;
    for (const auto& file : tree) {
        if (!file.path.starts_with("tests/") || !file.isCpp()) continue;
        for (std::sregex_iterator at(file.text.begin(), file.text.end(), kCase), end; at != end;
             ++at) {
            static const std::regex kSeam(R"re("\s*")re");
            auto name = std::regex_replace((*at)[1].str(), kSeam, "");
            name = name.substr(1, name.rfind('"') - 1);
            std::smatch ids;
            if (std::regex_search(name, ids, kIds)) {
                std::istringstream list(std::regex_replace(ids[1].str(), std::regex(","), " "));
                for (std::string id; list >> id;) tests.ids.insert(id);
            }
            tests.names.push_back(std::move(name));
        }
    }
    return tests;
}

/// What is wrong with a row; "" where nothing is.
std::string faultOf(const Row& row, const Tests& tests) {
    if (row.covered == "test") return tests.ids.contains(row.id) ? "" : "no test case names it";
    if (row.covered == "see") {
        const bool isThere = std::ranges::any_of(
            tests.names, [&](const auto& name) { return name.starts_with(row.by); });
        return !row.by.empty() && isThere ? "" : "there is no test case of that name";
    }
    if (row.covered == "no") return row.by.empty() ? "there is no reason" : "";
    return "covered must be test, see or no";
}

}  // namespace

TEST_CASE("smart requirements: a row is covered by a test or by a reason", "[smart]") {
    const Tests tests{{"13"}, {"pkce: the challenge (SMART 13)"}};

    CHECK(faultOf({"13", "SHALL", "test", ""}, tests).empty());
    CHECK_FALSE(faultOf({"14", "SHALL", "test", ""}, tests).empty());
    CHECK(faultOf({"14", "SHALL", "see", "pkce: the"}, tests).empty());
    CHECK_FALSE(faultOf({"14", "SHALL", "see", "pkce: no"}, tests).empty());
    CHECK_FALSE(faultOf({"14", "SHALL", "see", ""}, tests).empty());
    CHECK(faultOf({"14", "SHALL", "no", "a server's duty"}, tests).empty());
    CHECK_FALSE(faultOf({"14", "SHALL", "no", ""}, tests).empty());
    CHECK_FALSE(faultOf({"14", "SHALL", "open", "x"}, tests).empty());
}

TEST_CASE("smart requirements: every row of the table is true, and none is missing", "[smart]") {
    static const auto kTree = test::readSourceTree();
    const auto tests = readTests(kTree);
    const auto table =
        std::ranges::find(kTree, "tests/fhir/smart/requirements.csv", &test::File::path);
    REQUIRE(table != kTree.end());
    const auto rows = readRows(table->text);

    std::set<std::string> ids;
    std::string faults;
    for (const auto& row : rows) {
        ids.insert(row.id);
        if (const auto fault = faultOf(row, tests); !fault.empty())
            faults += row.id + ": " + fault + "\n";
    }
    for (const auto& id : tests.ids)
        if (!ids.contains(id)) faults += id + ": a test case names it, and the table does not\n";

    INFO(faults);
    CHECK(rows.size() == kRequirements);
    CHECK(ids.size() == kRequirements);
    CHECK(faults.empty());
}

}  // namespace smart_requirements_test
