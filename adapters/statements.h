#pragma once

#include <string>
#include <vector>

#include "adapters/adapter.h"

namespace adapters {

/// What Adapter::statements does on a plain R4 server: for each batch of patients one search by
/// code and one by category, because a statement that others wrote may carry either alone.
FoundStatements findStatements(const fhir::Client& client, const Profile& profile,
                               const std::vector<std::string>& patientIds);

}  // namespace adapters
