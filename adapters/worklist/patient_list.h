#pragma once

#include "adapters/worklist/worklist.h"

namespace adapters {

/// Lists a unit by a List of patients in the EHR: found by its identifier (and by `patientListCode`
/// if the profile has one), or read as List/id. Then reads the encounters of these patients. Throws
/// Error{NotFound} if there is no current list: an empty ward would look like good news.
Worklist listPatientList(const WorklistContext& context);

}  // namespace adapters
