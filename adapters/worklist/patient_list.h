#pragma once

#include "adapters/worklist/worklist.h"

namespace adapters {

/// Lists a unit by a List of patients that the EHR keeps: found by its identifier (and by
/// `patientListCode` where the profile has one), or read as List/id. Its entries are patients;
/// their encounters are then asked for. Throws Error{NotFound} where there is no current list: an
/// empty ward would look like good news.
Worklist listPatientList(const WorklistContext& context);

}  // namespace adapters
