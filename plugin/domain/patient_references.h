#pragma once

#include <string>

namespace plugin::domain {

/// Returns `json`, which this program wrote, with every reference to the patient `from` made one
/// to the patient `to`. Both are ids. Words are never touched.
std::string withPatient(std::string json, const std::string& from, const std::string& to);

}  // namespace plugin::domain
