#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "adapters/adapter.h"
#include "plugin/connections/connections.h"
#include "plugin/store/tables/outbox_table.h"

namespace plugin::outbox {

/// Where the entries of a connection go.
struct Destination {
    const adapters::Adapter& ehr;
    const std::vector<std::string>& routes;  ///< the ladder
    /// The server that keeps what the EHR cannot hold; nullptr: our own store does.
    const adapters::Adapter* companion = nullptr;
};

/// Writes an entry that was claimed through a ladder of routes; no request goes out after the
/// deadline. Throws as adapters::tryRoutes.
///
/// An entry that corrects another marks what that one left, in the EHR or in the companion; where
/// it is nowhere the result has no route. One that was taken back is not written any more: where a
/// try of it may have arrived it is looked for, and the result has no route where it is nowhere.
///
/// What an earlier try, which never told its end, kept in the companion stays there: the EHR may
/// take today what it refused then, and the statement would be in two places. Where a companion
/// server may have got what has proved to be in the EHR meanwhile, an entry of its own (`dropId`)
/// takes it from there.
adapters::LadderResult deliver(const Destination& to, store::Database& database,
                               const store::OutboxEntry& entry, fhir::Deadline deadline);
/// The same with our own store as the companion.
adapters::LadderResult deliver(const adapters::Adapter& adapter,
                               const std::vector<std::string>& routes, store::Database& database,
                               const store::OutboxEntry& entry, fhir::Deadline deadline);

/// The route in the receipt of what was taken from the companion server, because it is in the EHR.
inline constexpr std::string_view kDropRoute = "companion-drop";

/// The id of the entry that takes a second copy of another entry's from the companion server.
std::string dropId(const std::string& entry);

/// The same by its connection. Error{InvalidInput} where the configuration no longer has it, which
/// a person must mend before the entry is tried again.
adapters::LadderResult deliver(const Connections& connections, store::Database& database,
                               const store::OutboxEntry& entry, fhir::Deadline deadline);

}  // namespace plugin::outbox
