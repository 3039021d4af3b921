#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "plugin/store/options.h"

namespace faults {

/// Options of the runs.
struct Siege {
    int rounds = 0;
    std::chrono::steady_clock::time_point until{};  ///< more rounds after `rounds` until then
    int instances = 1;                              ///< at once, on one database; at most 3
    std::function<void()> crashDatabase{};  ///< crashes the database server; called now and then
};

/// The result of the runs.
struct Kills {
    std::string fault;  ///< "" if nothing was lost and nothing doubled
    int rounds = 0;
    int killed = 0;        ///< rounds that ended by SIGKILL
    int points = 0;        ///< steps at whose ends a whole round can be killed
    int acknowledged = 0;  ///< statements whose nurse was told "saved"
    int inChart = 0;       ///< resources that the simulator made
};

/// Runs processes that write statements down and send them to a simulator which loses, refuses,
/// truncates and delays, and kills each (SIGKILL): in turn at the end of every step, and at any
/// moment. Each round begins where the killed one left the database. At the end what is left is
/// sent, and the simulator's own record is compared with what was acknowledged.
///
/// Several instances write about the same patients at once. Forks, so no thread may be running.
Kills killAndCompare(std::uint64_t seed, const plugin::store::Options& options, const Siege& siege);

}  // namespace faults
