#pragma once

#include <Poco/Data/Session.h>

#include <string>

namespace plugin::store {

/// A session on a SQLite file that keeps the statements which it has prepared: the library prepares
/// each anew, which takes longer than running most of ours. Used by one thread at a time.
Poco::Data::Session openSqliteSession(const std::string& file);

}  // namespace plugin::store
