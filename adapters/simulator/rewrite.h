#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "fhir/base/json.h"

namespace adapters::simulator {

/// Called with every member of every object: writes a replacement and returns true, or returns
/// false, and the member is copied.
using Replace = std::function<bool(fhir::json::Writer& writer, std::string_view name,
                                   const fhir::json::Value& value)>;

/// Copies a value with some of its members replaced.
void rewrite(fhir::json::Writer& writer, const fhir::json::Value& value, const Replace& replace);
std::string rewritten(const fhir::json::Value& value, const Replace& replace);

/// FHIR XML (R4, section 2.6.2) of a resource, its elements in the order of its JSON.
std::string xml(const fhir::json::Value& resource);

}  // namespace adapters::simulator
