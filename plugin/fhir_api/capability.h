#pragma once

#include <string>

#include "plugin/settings/settings.h"

namespace plugin::fhir_api {

/// What the companion can do, as a CapabilityStatement (R4).
/// https://hl7.org/fhir/R4/capabilitystatement.html
std::string capabilityStatement(const Settings& settings);

}  // namespace plugin::fhir_api
