#pragma once

#include <Poco/Data/Session.h>

namespace plugin::store {

/// Brings the database to this program's schema, in one transaction under the write lock, so that
/// of two processes that start together one migrates and the other finds it done. Throws
/// Error{InvalidInput} where the file belongs to another program or to a newer one of ours.
void migrate(Poco::Data::Session& session);

/// The newest migration that was applied.
int schemaVersion(Poco::Data::Session& session);

}  // namespace plugin::store
