#pragma once

#include <cstddef>

#include "fhir/base/json.h"

namespace plugin {

/// How many pages may be open that are told of changes, on one instance. Those beyond ask by
/// themselves.
struct LiveSettings {
    std::size_t streamsMax = 2000;
    std::size_t streamsPerSession = 16;  ///< of one browser
};

/// Reads `live` of the service, whose form the schema has checked.
LiveSettings readLive(const fhir::json::Value& json);

}  // namespace plugin
