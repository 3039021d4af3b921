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

/// Lists the parts of a running service that the companion's FHIR endpoint uses. They outlive every
/// handler that holds them.
struct Uses {
    const Settings& settings;
    const Connections& connections;
    store::Database& database;
    audit::Trail& trail;
    fhir::Clock clock;
};

}  // namespace plugin::fhir_api
