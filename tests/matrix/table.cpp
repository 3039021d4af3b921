#include "tests/matrix/table.h"
#include "tests/support/source_tree.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>

namespace test {
namespace {

std::map<std::string, std::map<std::string, Result>>& results() {
    static std::map<std::string, std::map<std::string, Result>> all;
    return all;
}

Expectations read() {
    using Kind = Expectation::Kind;
    static const std::map<std::string, Kind> kKinds{
        {"yes", Kind::Works}, {"no", Kind::CannotBe}, {"gap", Kind::Gap}};
    std::ifstream file(test::sourceRoot().string() + "/tests/matrix/cells.csv");
    if (!file) throw std::runtime_error("tests/matrix/cells.csv cannot be read");
    Expectations all;
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line.starts_with('#') || line.starts_with("vendor,")) continue;
        std::istringstream fields(line);
        std::string vendor, cell, works, fact;
        std::getline(fields, vendor, ',');
        std::getline(fields, cell, ',');
        std::getline(fields, works, ',');
        std::getline(fields, fact);
        const auto kind = kKinds.find(works);
        if (fact.empty() || kind == kKinds.end())
            throw std::runtime_error("tests/matrix/cells.csv: " + line);
        all[vendor][cell] = {kind->second, fact};
    }
    return all;
}

/// What stands in the table: an unexpected turn shows.
std::string mark(const Result& result, const Expectation& expected) {
    if (result.works) return expected.works() ? "yes" : "YES!";
    if (expected.works()) return "FAIL";
    return expected.kind == Expectation::Kind::Gap ? "gap" : "-";
}

/// Column headings from top to bottom, for they are longer than what stands below them.
void printHeadings(const std::vector<std::string>& cells, std::size_t margin) {
    for (std::size_t i = 0; i < cells.size(); ++i)
        std::cout << std::string(margin, ' ') << static_cast<char>('A' + i) << "  " << cells[i]
                  << "\n";
    std::cout << "\n" << std::string(margin, ' ');
    for (std::size_t i = 0; i < cells.size(); ++i)
        std::cout << static_cast<char>('A' + i) << "    ";
    std::cout << "\n";
}

void print() {
    constexpr std::size_t kMargin = 18;
    constexpr std::size_t kCellWidth = 5;
    std::cout << "\nEvery vendor's simulated EHR against the program (yes: works; -: cannot; gap: "
                 "the vendor can, the program does not)\n\n";
    printHeadings(columns(), kMargin);
    std::string reasons;
    int asExpected = 0;
    int otherwise = 0;
    for (const auto& [vendor, cells] : results()) {
        std::cout << vendor << std::string(kMargin - vendor.size(), ' ');
        for (const auto& cell : columns()) {
            const auto found = cells.find(cell);
            const auto& expected = expectations().at(vendor).at(cell);
            const auto text = found == cells.end() ? "?" : mark(found->second, expected);
            const bool isRight = found != cells.end() && found->second.works == expected.works();
            ++(isRight ? asExpected : otherwise);
            std::cout << text << std::string(kCellWidth - text.size(), ' ');
            if (found != cells.end() && !found->second.works)
                reasons += vendor + ", " + cell + ": " + expected.fact + "\n    " +
                           found->second.why + "\n";
        }
        std::cout << "\n";
    }
    std::cout << "\nWhat does not work, the fact behind it, and what was seen:\n\n" << reasons;
    std::cout << "matrix: " << asExpected << " passed, " << otherwise << " failed" << std::endl;
}

}  // namespace

const Expectations& expectations() {
    static const Expectations all = read();
    return all;
}

std::vector<std::string> columns() {
    std::vector<std::string> cells{"check", "check --write"};
    for (const auto& source : worklistSources()) cells.push_back("worklist " + source);
    cells.emplace_back("worklist launch-only");
    for (const auto& route : writeRoutes()) cells.push_back("write " + route);
    for (const char* cell : {"flag", "read back", "withdrawal", "paging", "429", "token expiry"})
        cells.emplace_back(cell);
    return cells;
}

void note(const std::string& vendor, const std::string& cell, const Result& result) {
    // When the program ends, and so below the report of its cases, in whatever order they ran.
    // What it prints is made before it is registered, and so outlives it.
    if (results().empty() && !expectations().empty()) std::atexit(print);
    results()[vendor][cell] = result;
}

}  // namespace test
