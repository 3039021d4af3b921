#pragma once

#include <stop_token>

#include "plugin/store/database.h"

namespace plugin::store {

/// What a round of maintenance did, in rows.
struct Maintained {
    std::size_t statements = 0, entries = 0;  ///< deleted, because their time is over
    std::size_t audited = 0;                  ///< events of the audit trail, as the above
    std::size_t resealed = 0;                 ///< by the current data key
};

/// Deletes what has been kept for as long as the site wants it, and seals by the current data key
/// what an older one sealed. Of several instances one does it at a time; it does no harm twice.
Maintained maintain(Database& database, const Retention& retention, fhir::Instant now);

/// Every hour, until stopped; at once the first time. Never throws.
void runMaintenance(Database& database, const Retention& retention, const std::stop_token& stop);

}  // namespace plugin::store
