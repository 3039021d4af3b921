#pragma once

#include <cstdint>
#include <iosfwd>

#include "plugin/store/database.h"

namespace plugin::store {

/// Writes everything in the database as lines of JSON, as it was at one moment, while others go on
/// working: a line for the whole, one for each row, and one that closes it. What lies sealed stays
/// sealed: the master keys are not in it, and without them nothing can be read from it.
/// Returns the number of rows. Throws Error{Internal} where `output` refuses.
std::int64_t backUp(Database& database, std::ostream& output);

/// Fills an empty database, of either engine, from such lines, in one transaction. Returns the
/// number of rows. Throws Error{InvalidInput} where the lines are no whole backup or are of another
/// schema, Error{Conflict} where the database holds statements already.
std::int64_t restore(Database& database, std::istream& input);

}  // namespace plugin::store
