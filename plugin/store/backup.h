#pragma once

#include <cstdint>
#include <iosfwd>

#include "plugin/store/database.h"

namespace plugin::store {

/// Writes everything in the database as lines of JSON, as it was at one moment, while others go on
/// working: a line for the whole, one for each row, and one that closes it. Sealed data stays
/// sealed: the backup does not hold the master keys, and without them nobody can open it. Returns
/// the number of rows. Throws Error{Internal} if `output` fails.
std::int64_t backUp(Database& database, std::ostream& output);

/// Fills an empty database, of either engine, from such lines, in one transaction. Returns the
/// number of rows. Throws Error{InvalidInput} if the lines are not a whole backup or are of another
/// schema, Error{Conflict} if the database holds statements already.
std::int64_t restore(Database& database, std::istream& input);

}  // namespace plugin::store
