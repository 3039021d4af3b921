#pragma once

#include "fhir/r4/observation.h"
#include "fhir/r4/server_address.h"

namespace adapters {

/// Writes each reference of an Observation that names a resource of its server, by whatever
/// address, as "Type/id": whoever reads it later need not know the server. What is still absolute
/// then is another server's, whose ids mean other people.
void nameLocally(fhir::Observation& observation, const fhir::ServerAddress& server);

}  // namespace adapters
