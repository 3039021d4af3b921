#pragma once

#include "adapters/simulator/store.h"

namespace adapters::simulator {

/// Checks a resource that a client wants to write. `relaxed`: unknown elements are ignored. Throws
/// Error{InvalidInput} if it is no FHIR JSON or another resource type (HTTP 400), and
/// Error{Refused} with status 422 if it breaks R4's rules or names a resource that does not exist
/// here. The Error's path is a FHIRPath expression for the OperationOutcome.
void validate(const Definition& definition, const fhir::json::Value& body, const Store& store,
              const std::string& base, bool relaxed = false);

}  // namespace adapters::simulator
