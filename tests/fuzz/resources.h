#pragma once

#include "fhir/base/json.h"

namespace fuzz {

/// Reads a resource by its type; what we author is written and read the same again.
void readResource(const fhir::json::Value& resource);

}  // namespace fuzz
