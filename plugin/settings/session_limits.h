#pragma once

#include <chrono>
#include <cstddef>

namespace plugin {

/// How long what a browser has opened lasts, and how much of it there may be.
struct SessionLimits {
    std::chrono::minutes idle{30};
    std::chrono::hours absolute{12};
    std::size_t sessionsMax = 10'000;
    std::size_t contextsMax = 100;  ///< of one session; the one used longest ago goes first
};

}  // namespace plugin
