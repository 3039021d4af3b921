#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/matrix/rehearsal.h"

namespace test {

/// One line of cells.csv: what a cell is expected to do, and the fact that it proves.
struct Expectation {
    /// Gap: the vendor can do it, the program cannot yet.
    enum class Kind { Works, CannotBe, Gap };
    Kind kind = Kind::Works;
    std::string fact;
    bool works() const noexcept { return kind == Kind::Works; }
};

/// The matrix as cells.csv has it: by vendor, then by cell ("worklist patient-list").
using Expectations = std::map<std::string, std::map<std::string, Expectation>>;
const Expectations& expectations();
/// The cells in the order of the table's columns.
std::vector<std::string> columns();

/// Notes the result of a cell for the table that is printed at the end of the run.
void note(const std::string& vendor, const std::string& cell, const Result& result);

}  // namespace test
