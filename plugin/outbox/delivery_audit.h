#pragma once

#include <string>

#include "fhir/base/json.h"
#include "plugin/audit/entry.h"
#include "plugin/store/tables/outbox_table.h"

namespace plugin::outbox {

/// The id of the patient that a resource of ours was written about, whoever that is by now; "" of
/// none.
std::string patientIn(const fhir::json::Value& resource);

/// What is put on record of an entry that was delivered into the EHR, or given up, in the
/// transaction that marks it; nothing where no patient is in it, or the companion has it: what was
/// said is on record since it was written down.
store::OutboxTable::Also auditEntryForDelivery(store::Database& database,
                                               const store::OutboxEntry& entry,
                                               const audit::Author& by, fhir::Instant now);

/// All that joins the transaction that marks an entry after a try: the above and, behind a
/// statement that is in the EHR, the entry of its Provenance.
store::OutboxTable::Also afterTry(store::Database& database, const store::OutboxEntry& entry,
                                  const audit::Author& by, fhir::Instant now);

}  // namespace plugin::outbox
