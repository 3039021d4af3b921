#pragma once

#include <Poco/Data/Session.h>

#include "plugin/store/engine/engine.h"

namespace plugin::store {

/// Brings the database to this program's schema, in one transaction under a lock, so that of
/// several processes that start together one migrates and the others find it done. Throws
/// Error{InvalidInput} if the database belongs to another program or to a newer one of ours.
void migrate(const Engine& engine, Poco::Data::Session& session);

/// The newest migration that was applied.
int schemaVersion(Poco::Data::Session& session);

}  // namespace plugin::store
