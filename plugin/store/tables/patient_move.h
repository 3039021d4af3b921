#pragma once

#include <set>
#include <string>

#include "fhir/base/clock.h"

namespace plugin::store {

/// What was said of one patient becomes what was said of another.
struct PatientMove {
    const std::string &connection, &from, &to;  ///< Patient ids
    fhir::Instant now;
    /// The ids of what moves; nullptr: everything.
    const std::set<std::string>* only = nullptr;

    bool takes(const std::string& id) const { return only == nullptr || only->count(id) != 0; }
};

}  // namespace plugin::store
