#pragma once

#include <functional>
#include <map>
#include <string_view>

#include "adapters/profile/profile.h"

namespace adapters {

/// How a field of a profile is read from JSON and written to it.
struct ProfileField {
    std::function<void(Profile&, const fhir::json::Value&)> read;
    std::function<void(const Profile&, fhir::json::Writer&)> write;
};

/// Every field of a profile by its name in JSON, "group.field" inside a group. To add one: its
/// line there, its entry in config/vendor.schema.json, its row in
/// tests/adapters/profile/profile_test.cpp.
const std::map<std::string_view, ProfileField>& profileFields();

}  // namespace adapters
