#pragma once

#include "fhir/base/clock.h"

namespace plugin {

struct Settings;
class Connections;
namespace sessions {
class Grants;
class Sessions;
}  // namespace sessions
namespace store {
class Database;
}

}  // namespace plugin

namespace plugin::launch {

/// Lists the parts of a running service that a launch uses. They outlive every handler that holds
/// them.
struct Uses {
    const Settings& settings;
    const Connections& connections;
    store::Database& database;
    plugin::sessions::Sessions& sessions;
    plugin::sessions::Grants& grants;
    fhir::Clock clock;
};

}  // namespace plugin::launch
