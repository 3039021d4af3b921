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
namespace sync {
class Sync;
}
namespace outbox {
class Sender;
}
namespace launch {
class Grants;
class Sessions;
}  // namespace launch

/// What the features of a running service work with. Made by cli/serve.cpp, the one composition
/// root; everything named here outlives every handler that holds it.
struct Site {
    const Settings& settings;
    const Connections& connections;
    store::Database& database;
    sync::Sync& sync;
    outbox::Sender& sender;
    launch::Sessions& sessions;
    launch::Grants& grants;
    audit::Trail& trail;
    fhir::Clock clock;
};

}  // namespace plugin
