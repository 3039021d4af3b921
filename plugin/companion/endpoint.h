#pragma once

#include "plugin/http/router.h"
#include "plugin/site.h"

namespace plugin::companion {

/// The companion's read side under /fhir: what the EHR could not take, as FHIR R4. GET /metadata,
/// /Observation, /Observation/{id}, /Flag, /Flag/{id}; search by `patient`, `subject`, `_id`,
/// `_count`, with next links. Every error is an OperationOutcome. Words that are kept to the care
/// team are not handed out.
void addEndpoint(http::Router& router, const Site& site);

}  // namespace plugin::companion
