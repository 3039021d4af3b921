#pragma once

#include <Poco/Data/Session.h>

#include <string>

namespace plugin::store {

/// A session on a SQLite file that keeps its prepared statements: the library prepares each one
/// anew, which takes longer than running most of ours. Used by one thread at a time.
Poco::Data::Session openSqliteSession(const std::string& file);

}  // namespace plugin::store
