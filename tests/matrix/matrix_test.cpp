// Every vendor's simulated EHR against the program's own verbs. What a cell is expected to do, and
// the fact that it proves, stands in cells.csv: a cell that starts or stops working fails here.
#include <catch2/catch.hpp>

#include "adapters/simulator/behaviour.h"
#include "tests/matrix/table.h"

namespace matrix_test {

using test::Rehearsal;
using test::Result;

namespace {

Result outcomeOf(Rehearsal& rehearsal, const std::string& cell) {
    const auto space = cell.find(' ');
    const auto kind = cell.substr(0, space);
    if (cell == "check") return rehearsal.check();
    if (cell == "check --write") return rehearsal.checkWrite();
    if (cell == "worklist launch-only") return rehearsal.launchOnly();
    if (kind == "worklist") return rehearsal.list(cell.substr(space + 1));
    if (kind == "write") return rehearsal.write(cell.substr(space + 1));
    if (cell == "flag") return rehearsal.flag();
    if (cell == "read back") return rehearsal.readBack();
    if (cell == "withdrawal") return rehearsal.withdraw();
    if (cell == "paging") return rehearsal.paging();
    if (cell == "429") return rehearsal.listDespiteThrottling();
    return rehearsal.listDespiteExpiry();
}

}  // namespace

TEST_CASE("matrix: each vendor does what the facts say that it can do, and no more", "[matrix]") {
    const auto vendor = std::string(GENERATE(from_range(adapters::simulator::behaviours())));
    REQUIRE(test::expectations().contains(vendor));
    const auto& row = test::expectations().at(vendor);
    Rehearsal rehearsal(vendor);
    for (const auto& cell : test::columns()) {
        REQUIRE(row.contains(cell));
        const auto& expected = row.at(cell);

        const auto result = outcomeOf(rehearsal, cell);

        test::note(vendor, cell, result);
        INFO(vendor << ", " << cell << ": " << expected.fact << "\n" << result.why);
        CHECK(result.works == expected.works());
    }
}

TEST_CASE("matrix: no vendor is expected that nothing behaves like", "[matrix]") {
    const auto all = adapters::simulator::behaviours();
    for (const auto& [vendor, row] : test::expectations()) {
        CAPTURE(vendor);
        CHECK(std::find(all.begin(), all.end(), vendor) != all.end());
        CHECK(row.size() == test::columns().size());
    }
}

}  // namespace matrix_test
