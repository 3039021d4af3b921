#pragma once

#include "fhir/base/clock.h"

namespace plugin {

class Connections;

}  // namespace plugin

namespace plugin::subscriptions {

/// Names what the endpoint for notifications uses of a running service. Everything named here
/// outlives every handler that holds it.
struct Uses {
    const Connections& connections;
    fhir::Clock clock;
};

}  // namespace plugin::subscriptions
