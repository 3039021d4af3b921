#pragma once

#include "fhir/base/clock.h"

namespace plugin {

struct Settings;
class Connections;
namespace audit {
class Trail;
}
namespace store {
class Database;
}

}  // namespace plugin

namespace plugin::fhir_api {

/// Names what the companion's FHIR endpoint uses of a running service. Everything named here
/// outlives every handler that holds it.
struct Uses {
    const Settings& settings;
    const Connections& connections;
    store::Database& database;
    audit::Trail& trail;
    fhir::Clock clock;
};

}  // namespace plugin::fhir_api
