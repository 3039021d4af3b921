#pragma once

#include "adapters/simulator/store.h"

namespace adapters::simulator {

/// `relaxed`: elements that R4 does not know are passed over.
/// Throws Error{InvalidInput} for what is no FHIR JSON or another resource type (HTTP 400), and
/// Error{Refused} with status 422 for a resource that breaks R4's rules or names a resource that
/// is not here. The Error's path is a FHIRPath expression for the OperationOutcome.
void validate(const Definition& definition, const fhir::json::Value& body, const Store& store,
              const std::string& base, bool relaxed = false);

}  // namespace adapters::simulator
