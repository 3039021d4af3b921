#pragma once

#include <chrono>
#include <functional>
#include <string>

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

/// The moment in UTC as RFC 3339 writes it: "2026-03-07T08:15:30Z", or with milliseconds where
/// there are some.
std::string toRfc3339(Instant instant);

inline Deadline deadlineIn(std::chrono::milliseconds span) {
    return std::chrono::steady_clock::now() + span;
}

}  // namespace fhir
