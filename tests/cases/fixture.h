#pragma once

#include <string>
#include <vector>

#include "fhir/base/json.h"

namespace test {

/// One case as its file tells it (README.md beside this file).
struct Fixture {
    std::string name;  ///< its path below tests/cases, without the end: "03-place/no-end"
    std::string text;

    /// What it says, with the address of the EHR in the place of ${BASE} and the like.
    fhir::json::Document at(const std::string& fhirBase) const;
};

/// Every case, ordered by name.
std::vector<Fixture> readFixtures();

/// What is wrong with a file, "" if nothing is: it is no JSON, says something that nobody reads,
/// or leaves out what a case needs.
std::string faultOf(const std::string& text);

}  // namespace test
