#pragma once

#include "fhir/base/json_wanted.h"

namespace fhir {

/// The codes of `communication.language` of a Patient or RelatedPerson, the preferred first.
/// Languages without a code are left out.
std::vector<std::string> readLanguages(const json::Value& person, json::Wanted& wanted);

}  // namespace fhir
