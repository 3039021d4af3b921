// The service's requirements of CDS Hooks 2.0 as Inferno numbers them, and what covers each:
// plugin/cds/requirements.csv says `see` (the test case that begins so) or `no` (why it is not
// ours).
#include <algorithm>
#include <catch2/catch.hpp>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/source_tree.h"

namespace cds_requirements_test {

namespace {

constexpr std::size_t kRequirements = 120;

struct Row {
    std::string id, conformance, covered, by;
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

/// The name of each TEST_CASE, its parts put together.
std::vector<std::string> readTests(const std::vector<test::File>& tree) {
    static const std::regex kCase(R"re(TEST_CASE\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+))re");
    static const std::regex kSeam(R"re("\s*")re");
    std::vector<std::string> names;
    for (const auto& file : tree) {
        if (!file.path.starts_with("tests/") || !file.isCpp()) continue;
        for (std::sregex_iterator at(file.text.begin(), file.text.end(), kCase), end; at != end;
             ++at) {
            const auto name = std::regex_replace((*at)[1].str(), kSeam, "");
            names.push_back(name.substr(1, name.rfind('"') - 1));
        }
    }
    return names;
}

/// What is wrong with a row; "" where nothing is. What SHALL be done is done or not ours.
std::string faultOf(const Row& row, const std::vector<std::string>& tests) {
    if (row.by.empty()) return "names neither a test case nor a reason";
    if (row.covered == "no") return "";
    if (row.covered != "see") return "covered must be see or no";
    const bool isThere = std::any_of(tests.begin(), tests.end(),
                                     [&](const auto& name) { return name.starts_with(row.by); });
    return isThere ? "" : "there is no test case of that name";
}

}  // namespace

TEST_CASE("cds requirements: a row is covered by a test or by a reason", "[cds]") {
    const std::vector<std::string> tests{"card: links to the page"};

    CHECK(faultOf({"14", "SHALL", "see", "card: links"}, tests).empty());
    CHECK_FALSE(faultOf({"14", "SHALL", "see", "card: no"}, tests).empty());
    CHECK_FALSE(faultOf({"14", "SHALL", "see", ""}, tests).empty());
    CHECK(faultOf({"14", "SHALL", "no", "a client's choice"}, tests).empty());
    CHECK_FALSE(faultOf({"14", "SHALL", "no", ""}, tests).empty());
    CHECK_FALSE(faultOf({"14", "SHALL", "open", "x"}, tests).empty());
}

TEST_CASE("cds requirements: every row of the table is true", "[cds]") {
    static const auto kTree = test::readSourceTree();
    const auto tests = readTests(kTree);
    const auto table = std::find_if(kTree.begin(), kTree.end(), [](const auto& file) {
        return file.path == "tests/plugin/cds/requirements.csv";
    });
    REQUIRE(table != kTree.end());
    const auto rows = readRows(table->text);

    std::set<std::string> ids;
    std::string faults;
    for (const auto& row : rows) {
        ids.insert(row.id);
        if (const auto fault = faultOf(row, tests); !fault.empty())
            faults += row.id + ": " + fault + "\n";
    }

    INFO(faults);
    CHECK(faults.empty());
    CHECK(rows.size() == kRequirements);
    CHECK(ids.size() == kRequirements);
}

}  // namespace cds_requirements_test
