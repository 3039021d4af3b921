#pragma once

#include <chrono>
#include <functional>
#include <string>

namespace fhir {

/// A point on the calendar, UTC.
using Instant = std::chrono::system_clock::time_point;

/// A time by which something must have ended. Does not change when the system clock is set.
using Deadline = std::chrono::steady_clock::time_point;

/// The source of time, passed as a parameter so that tests can set it.
struct Clock {
    std::function<Instant()> now = [] { return std::chrono::system_clock::now(); };
    std::function<Deadline()> steady = [] { return std::chrono::steady_clock::now(); };
};

/// Writes the moment in UTC (RFC 3339): "2026-03-07T08:15:30Z", with milliseconds unless they are
/// 0.
std::string toRfc3339(Instant instant);

inline Deadline deadlineIn(std::chrono::milliseconds span) {
    return std::chrono::steady_clock::now() + span;
}

}  // namespace fhir
