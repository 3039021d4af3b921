#pragma once

#include <string>

#include "adapters/simulator/behaviour.h"
#include "fhir/base/clock.h"

namespace adapters::simulator {

/// The CapabilityStatement, made from the table that the server uses.
std::string capabilityStatement(const std::string& base, fhir::Instant started,
                                const Behaviour& behaviour, const Catalogue& catalogue);

}  // namespace adapters::simulator
