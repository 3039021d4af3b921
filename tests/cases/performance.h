#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/cases/fixture.h"

namespace test {

/// What the program, or the service, did in a case.
struct Performance {
    int exit = -1;                               ///< of a verb of the program
    int status = 0;                              ///< of what the service answered
    std::string out{};                           ///< stdout, or the body of the answer
    std::string told{};                          ///< stderr, or the log of the service
    std::map<std::string, std::string> pages{};  ///< what a launch opened, by its target
    std::vector<std::string> requests{};         ///< the first line of each, at the EHR
    std::vector<std::string> secrets{};          ///< what nobody may be told

    /// What of the EHR's oddities the program did not meet; of a service nobody knows when it asks.
    std::string unmet{};

    std::vector<std::string> lines() const;  ///< of `out`
    std::size_t count(const std::string& start) const;
};

/// Runs the verb of a case against the EHR that the case describes: `pull`, `check` and `push` as
/// the command line does, `card`, `feedback`, `notify` and `launch` against the whole service.
Performance perform(const Fixture& fixture);

}  // namespace test
