#pragma once

#include <string>

#include "plugin/audit/entry.h"
#include "plugin/connections/connections.h"
#include "plugin/store/database.h"

namespace plugin::cli {

/// Prints the receipt of an outbox entry and returns the exit code: 0 delivered, or queued without
/// `wait`; 1 refused; 3 the EHR could not be reached and the entry is kept; else that of the error
/// (fhir::exitCode). With `wait`, sends the entry now, once.
int finish(const Connections& connections, store::Database& database, const std::string& entryId,
           bool wait, bool json, const audit::Author& by);

}  // namespace plugin::cli
