#pragma once

#include <string>
#include <vector>

#include "adapters/adapter.h"

namespace plugin::records {

/// The statements about these patients of an EHR that a companion server holds, as
/// adapters::findAtCompanion gives them. A server that does not answer by the deadline, or cannot
/// be read, is one problem, in plain words and with its name: words may be missing then.
adapters::FoundStatements findCompanionStatements(const adapters::Adapter& companion,
                                                  const adapters::Adapter& ehr,
                                                  const std::vector<std::string>& patients,
                                                  fhir::Deadline deadline = fhir::Deadline::max());

}  // namespace plugin::records
