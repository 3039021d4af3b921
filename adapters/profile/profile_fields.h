#pragma once

#include <functional>
#include <map>
#include <string_view>

#include "adapters/profile/profile.h"

namespace adapters {

/// Reads a field of a profile from JSON, and writes it.
struct ProfileField {
    std::function<void(Profile&, const fhir::json::Value&)> read;
    std::function<void(const Profile&, fhir::json::Writer&)> write;
};

/// Every field of a profile by its JSON name, "group.field" inside a group. A new field needs a
/// line in profile_fields.cpp, an entry in config/vendor.schema.json and a row in
/// tests/adapters/profile/profile_test.cpp.
const std::map<std::string_view, ProfileField>& profileFields();

}  // namespace adapters
