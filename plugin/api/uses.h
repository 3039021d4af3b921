#pragma once

#include "fhir/base/clock.h"

namespace plugin {

struct Settings;
class Connections;
namespace audit {
class Trail;
}
namespace outbox {
class Sender;
}
namespace sessions {
class Grants;
class Sessions;
}  // namespace sessions
namespace store {
class Database;
}
namespace sync {
class Sync;
}

}  // namespace plugin

namespace plugin::api {

/// Lists the parts of a running service that the pages' API uses. They outlive every handler that
/// holds them.
struct Uses {
    const Settings& settings;
    const Connections& connections;
    store::Database& database;
    sync::Sync& sync;
    outbox::Sender& sender;
    plugin::sessions::Sessions& sessions;
    plugin::sessions::Grants& grants;
    audit::Trail& trail;
    fhir::Clock clock;
};

}  // namespace plugin::api
