#pragma once

#include <chrono>
#include <functional>

namespace fhir {

/// A point on the calendar, UTC.
using Instant = std::chrono::system_clock::time_point;

/// A point by which something must have ended. Not affected by a clock that is set.
using Deadline = std::chrono::steady_clock::time_point;

/// Time as a parameter: what the product asks for the time, so that tests can say what it is.
struct Clock {
    std::function<Instant()> now = [] { return std::chrono::system_clock::now(); };
    std::function<Deadline()> steady = [] { return std::chrono::steady_clock::now(); };
};

inline Deadline deadlineIn(std::chrono::milliseconds span) {
    return std::chrono::steady_clock::now() + span;
}

}  // namespace fhir
