#pragma once

#include "fhir/base/clock.h"

namespace plugin {

class Connections;

}  // namespace plugin

namespace plugin::subscriptions {

/// Lists the parts of a running service that the endpoint for notifications uses. They outlive
/// every handler that holds them.
struct Uses {
    const Connections& connections;
    fhir::Clock clock;
};

}  // namespace plugin::subscriptions
