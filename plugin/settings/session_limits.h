#pragma once

#include <chrono>
#include <cstddef>

namespace plugin {

/// How long browser sessions last, and how many there may be.
struct SessionLimits {
    std::chrono::minutes idle{30};
    std::chrono::hours absolute{12};
    std::size_t sessionsMax = 10'000;
    std::size_t contextsMax = 100;  ///< of one session; the least recently used goes first
};

}  // namespace plugin
