#pragma once

#include "adapters/worklist/worklist.h"

namespace adapters {

/// Lists a clinic by its appointments at a Location or with a Practitioner, from twelve hours ago
/// to `days` days from now; then reads the encounters of their patients, planned ones too. Place,
/// practitioner, status and time of the results are checked again.
Worklist listAppointments(const WorklistContext& context);

}  // namespace adapters
