#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "fhir/base/headers.h"
#include "fhir/base/json.h"

namespace adapters {

/// Everything about a vendor that is data. Read from config/vendors/<vendor>.json, which is
/// embedded in the program; a site's `overrides` may replace any field.
struct Profile {
    std::string vendor;                ///< "generic"
    std::string protocol = "fhir-r4";  ///< which class drives it; see registry.cpp
    fhir::Headers headers;             ///< sent with every request
    std::chrono::seconds timeout{15};  ///< of one request
    int pageSize = 100;                ///< `_count` of a search
    int patientsPerSearch = 20;        ///< patients named in one Observation search; 1: no lists
    int locationsPerSearch = 40;       ///< locations named in one Encounter search
    /// Encounter.status values of a patient who is here now.
    std::vector<std::string> currentStatuses{"arrived", "triaged", "in-progress", "onleave"};
    /// A reference in a search is written Type/id; else the bare id. R4 knows both, servers differ.
    bool typedReferences = true;
    bool includes = true;              ///< `_include` of patient and location works
    bool locationHierarchy = true;     ///< a unit's beds are Locations that are `partof` it
    bool conditionalCreate = true;     ///< If-None-Exist is used where /metadata says so as well
    bool readBack = true;              ///< what was written is read again and compared
    bool whatMattersCategory = false;  ///< also write the temporary PCO category
    std::vector<std::string> routes{"observation", "flag", "companion"};  ///< the default ladder

    /// Throws Error{InvalidInput} on an unknown field, with its path.
    static Profile fromJson(const fhir::json::Value& json);
    /// The same profile with the fields of `json` replaced. Same errors.
    Profile with(const fhir::json::Value& json) const;
};

/// The profile of that name; throws Error{InvalidInput} that lists the known names.
Profile vendorProfile(std::string_view vendor);
/// The names of every profile in this program, sorted.
std::vector<std::string> vendorNames();

}  // namespace adapters
