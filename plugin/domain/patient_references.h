#pragma once

#include <string>

namespace plugin::domain {

/// Returns `json`, which this program wrote, with every reference to patient `from` changed to
/// patient `to` (both ids). Patients' words are never changed.
std::string withPatient(std::string json, const std::string& from, const std::string& to);

}  // namespace plugin::domain
