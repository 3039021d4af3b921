#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/base/json.h"

/// One element of a valid resource made into something else, wherever it stands.
namespace test {

/// The JSON pointers of everything inside `value`, what holds others before what it holds.
std::vector<std::string> placesIn(const fhir::json::Value& value);

/// What stands at that place, which there must be.
fhir::json::Value valueAt(fhir::json::Value value, std::string_view place);

/// The text with `instead` (JSON) at that place; without it if there is none.
std::string spoiled(const std::string& text, std::string_view place,
                    const std::optional<std::string>& instead);

/// What may stand in the place of anything: every type of JSON, and every form of text.
const std::vector<std::string>& spoilers();

}  // namespace test
