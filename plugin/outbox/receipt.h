#pragma once

#include <optional>
#include <string>

#include "fhir/base/json.h"
#include "plugin/store/tables/outbox_table.h"

namespace plugin::outbox {

/// One plain sentence for people: where it is, or why it is not there yet.
std::string whereIs(const store::OutboxEntry& entry);

/// The same of words that we only read, by where the statement says that it is held.
std::string whereRead(const std::optional<std::string>& location);

/// Writes the receipt (DESIGN, section 7.1) as one object: id, state, route and location where
/// there are, skipped, remark, attempts, nextAttempt while it waits, lastError, corrects and
/// correctedBy (ids of entries) where there are, where.
void writeReceipt(fhir::json::Writer& writer, const store::OutboxEntry& entry);

/// The receipt as one line of JSON.
std::string receiptJson(const store::OutboxEntry& entry);

}  // namespace plugin::outbox
