#pragma once

#include "plugin/connections/connections.h"
#include "plugin/http_server/router.h"

namespace plugin {
struct Settings;
}
namespace plugin::api {
class LivePages;
}
namespace plugin::audit {
class Trail;
}
namespace plugin::store {
class Database;
}

namespace plugin::service {

class Metrics;

/// What is looked up when somebody asks how the service does.
struct OperationsUses {
    const Settings& settings;
    store::Database& database;
    const Connections& connections;
    api::LivePages& live;
    const audit::Trail& trail;
};

/// GET /health/live: the process answers.
void addLiveness(http_server::Router& router);

/// GET /health/live, /health/ready and /metrics. What `uses` names must outlive the router.
void addOperations(http_server::Router& router, const OperationsUses& uses, Metrics& metrics);

}  // namespace plugin::service
