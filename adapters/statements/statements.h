#pragma once

#include <string>
#include <vector>

#include "adapters/adapter.h"

namespace adapters {

/// Does what Adapter::statements promises, for each batch of patients, several batches at once:
///
/// - Observations by code and by category (`statementSearches`), because a statement that others
///   wrote may carry either alone;
/// - if the site uses them: its flowsheet row, its questionnaire, and documents, messages and tasks
///   that we wrote.
///
/// If the same statement exists in two forms, it is returned once, as the Observation if there is
/// one.
FoundStatements findStatements(const fhir::Client& client, const Profile& profile,
                               const std::vector<std::string>& patientIds);

/// Does what Adapter::statementIn promises.
fhir::Observation readStatement(const fhir::json::Value& sent, const fhir::Client& client,
                                const Profile& profile);

}  // namespace adapters
