#pragma once

#include <string>
#include <vector>

#include "adapters/adapter.h"

namespace adapters {

/// What Adapter::statements does, for each batch of patients, several batches at once:
///
/// - Observations by code and by category (`statementSearches`), because a statement that others
///   wrote may carry either alone;
/// - where the site has them: its flowsheet row, its questionnaire, and documents, messages and
///   tasks that we wrote.
///
/// The same statement in two forms is given once, the Observation first.
FoundStatements findStatements(const fhir::Client& client, const Profile& profile,
                               const std::vector<std::string>& patientIds);

}  // namespace adapters
