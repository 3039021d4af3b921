#pragma once

#include <memory>
#include <stop_token>

#include "plugin/store/database.h"

namespace plugin::service {

/// Opens the database as every part of the program opens it: what is there from before there were
/// keys is sealed first. Throws as the constructor.
std::unique_ptr<store::Database> openDatabase(const store::Options& options);

/// Seals by the current data key what an older one sealed, or none, in every table. Returns how
/// many rows that were.
std::size_t resealAll(store::Database& database);

/// What a round of maintenance did, in rows.
struct Maintained {
    std::size_t statements = 0, entries = 0;  ///< deleted, because their time is over
    std::size_t audited = 0;                  ///< events of the audit trail, as the above
    std::size_t resealed = 0;                 ///< by the current data key
};

/// Deletes what has been kept for as long as the site wants it, and seals by the current data key
/// what an older one sealed. Of several instances one does it at a time; it does no harm twice.
Maintained maintain(store::Database& database, const store::Retention& retention,
                    fhir::Instant now);

/// Every hour, until stopped; at once the first time. Never throws.
void runMaintenance(store::Database& database, const store::Retention& retention,
                    const std::stop_token& stop);

}  // namespace plugin::service
