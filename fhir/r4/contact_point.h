#pragma once

#include "fhir/r4/datatypes.h"

namespace fhir {

/// https://hl7.org/fhir/R4/datatypes.html#ContactPoint
struct ContactPoint {
    std::optional<std::string> system;  ///< phone | fax | email | pager | url | sms | other
    std::optional<std::string> value, use;
    std::optional<std::int64_t> rank;  ///< 1 is tried first
    std::optional<Period> period;

    static ContactPoint fromJson(const json::Value& json);
};

}  // namespace fhir
