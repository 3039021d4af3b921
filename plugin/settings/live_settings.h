#pragma once

#include <cstddef>

#include "fhir/base/json.h"

namespace plugin {

/// How many open pages one instance tells of changes. Any others poll.
struct LiveSettings {
    std::size_t streamsMax = 2000;
    std::size_t streamsPerSession = 16;  ///< of one browser
};

/// Reads `live` of the service, whose form the schema has checked.
LiveSettings readLive(const fhir::json::Value& json);

}  // namespace plugin
