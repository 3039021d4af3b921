#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

/// Ratios of two pieces of work that do the same, measured in one run.
namespace bench {

/// Does the work once and returns the seconds that it took, by whichever clock suits it.
using Work = std::function<double()>;

/// Processor seconds of this thread: for work that waits for nothing. On a shared machine they say
/// more than the wall clock.
double threadSeconds();

struct Comparison {
    std::string name;    ///< "bundle-reading"
    std::string beside;  ///< what it is compared with, in words
    double aim;          ///< the least ratio of our rate to the other's
    double amount;       ///< what one piece of work handles, in `unit`
    std::string unit;    ///< "MB", "requests"
    Work ours, other;
    /// Measured and printed, without an aim: "name in words" and the work.
    std::vector<std::pair<std::string, Work>> more{};
};

/// Notes a comparison; a file does so in a static: `const bool kAdded = bench::add({…});`
bool add(Comparison comparison);

}  // namespace bench
