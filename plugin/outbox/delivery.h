#pragma once

#include "adapters/routes/route.h"
#include "plugin/connections.h"
#include "plugin/store/outbox_table.h"

namespace plugin::outbox {

/// Writes an entry through its connection's ladder. Throws as adapters::climb;
/// Error{InvalidInput} where the configuration no longer has its connection, which a person must
/// mend before the entry is tried again.
adapters::LadderResult deliver(const Connections& connections, store::Database& database,
                               const store::OutboxEntry& entry);

}  // namespace plugin::outbox
