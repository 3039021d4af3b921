#pragma once

#include <string>
#include <vector>

#include "adapters/adapter.h"
#include "plugin/audit/entry.h"
#include "plugin/connections/connections.h"
#include "plugin/outbox/delivery_result.h"
#include "plugin/store/tables/outbox_table.h"

namespace plugin::outbox {

/// Where the entries of a connection go.
struct Destination {
    const adapters::Adapter& ehr;
    const std::vector<std::string>& routes;  ///< the ladder
    /// The server that keeps what the EHR cannot hold; nullptr: our own store does.
    const adapters::Adapter* companion = nullptr;
};

/// Does what a claimed entry is for, by its kind; no request goes out after the deadline. Throws as
/// adapters::tryRoutes.
///
/// A statement or a flag is written through a ladder of routes. One that was taken back is not
/// written any more: where a try of it may have arrived it is looked for, and it is
/// `Placement::Nowhere` where none has. What an earlier try, which never told its end, kept in the
/// companion stays there: the EHR may take today what it refused then, and the statement would be
/// in two places. Where a companion server may have got what has proved to be in the EHR meanwhile,
/// an entry of its own (`removalId`) takes it from there.
///
/// A correction marks what another entry left, in the EHR or in the companion; it is
/// `Placement::Nowhere` where that one left nothing.
DeliveryResult deliver(const Destination& to, store::Database& database,
                       const store::OutboxEntry& entry, fhir::Deadline deadline);
/// The same with our own store as the companion.
DeliveryResult deliver(const adapters::Adapter& adapter, const std::vector<std::string>& routes,
                       store::Database& database, const store::OutboxEntry& entry,
                       fhir::Deadline deadline);

/// What a person has found of an entry in doubt, at `location` ("Observation/9") in the EHR: read
/// there, compared with what was meant, and put on record as delivered. Error{InvalidInput} where
/// the entry is not in doubt, writes nothing to the EHR, or what is there is not it.
void settleAsThere(const Destination& to, store::Database& database, store::OutboxEntry entry,
                   const std::string& location, const audit::Author& by);

/// The id of the entry that takes a second copy of another entry's from the companion server.
std::string removalId(const std::string& entry);

/// Where an entry goes, by its connection. Error{InvalidInput} where the configuration no longer
/// has it, which a person must mend before the entry is tried again.
Destination destinationOf(const Connections& connections, const store::OutboxEntry& entry);
/// `deliver` by its connection; errors as `destinationOf`.
DeliveryResult deliver(const Connections& connections, store::Database& database,
                       const store::OutboxEntry& entry, fhir::Deadline deadline);

}  // namespace plugin::outbox
