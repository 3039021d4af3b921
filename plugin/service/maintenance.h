#pragma once

#include <memory>
#include <stop_token>

#include "plugin/store/database.h"

namespace plugin::service {

/// Opens the database for any part of the program, and first seals with the current data key what
/// an older one sealed, or none. Throws as the constructor of Database.
std::unique_ptr<store::Database> openDatabase(const store::Options& options);

/// Seals with the current data key, in every table, what an older one sealed, or none. Returns the
/// number of rows.
std::size_t resealAll(store::Database& database);

/// What a round of maintenance did, in rows.
struct Maintained {
    std::size_t statements = 0, entries = 0;  ///< deleted, because their time is over
    std::size_t audited = 0;                  ///< events of the audit trail, deleted likewise
    std::size_t resealed = 0;                 ///< sealed with the current data key
};

/// Deletes what the site does not want to keep any longer, and seals with the current data key what
/// an older one sealed. It does no harm if several instances do it, even at once.
Maintained maintain(store::Database& database, const store::Retention& retention,
                    fhir::Instant now);

/// Runs `maintain` at once, then every hour, until stopped. Never throws.
void runMaintenance(store::Database& database, const store::Retention& retention,
                    const std::stop_token& stop);

}  // namespace plugin::service
