#pragma once

#include <optional>

#include "adapters/adapter.h"
#include "fhir/r4/provenance.h"
#include "plugin/domain/statement.h"
#include "plugin/outbox/delivery_result.h"
#include "plugin/store/tables/enterer_table.h"
#include "plugin/store/tables/outbox_table.h"

namespace plugin::outbox {

/// Who said a statement (author) and who typed it (enterer), about where the statement is:
/// "Observation/9", or its `urn:uuid:…`.
fhir::Provenance toProvenance(const domain::Statement& statement, const store::Enterer& enterer,
                              const std::string& target);

/// The entry that brings the Provenance of a statement into the EHR, behind the statement, once
/// that is delivered; nullopt where nobody can be named, or the statement is not in the EHR. It has
/// a key of its own: it holds nothing up, and whatever becomes of it, the statement is not touched.
std::optional<store::OutboxEntry> provenanceOf(store::Database& database,
                                               const store::OutboxEntry& delivered,
                                               fhir::Instant now);

/// Writes it where the EHR takes one. Where it does not, or one is there already, nothing is
/// written: who typed the statement is kept beside it in any case. Throws where a later try may
/// succeed.
DeliveryResult deliverProvenance(const adapters::Adapter& adapter, const store::OutboxEntry& entry,
                                 fhir::Deadline deadline);

}  // namespace plugin::outbox
