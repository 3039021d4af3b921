#pragma once

#include "adapters/worklist/worklist.h"

namespace adapters {

/// Lists a clinic by its appointments at a Location or with a Practitioner, from twelve hours ago
/// to `days` days from now; the encounters of their patients are then asked for, those that are
/// planned as well. Place, practitioner, status and time of what comes are checked again.
Worklist listAppointments(const WorklistContext& context);

}  // namespace adapters
