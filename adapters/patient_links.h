#pragma once

#include <optional>
#include <string>
#include <vector>

#include "fhir/client/client.h"
#include "fhir/r4/patient.h"

namespace adapters {

/// The record that took the place of this one, as it says itself (R4, Patient.link, replaced-by);
/// nullopt where none of this server did.
std::optional<std::string> replacedBy(const fhir::Patient& patient, const fhir::Url& base);

/// The records whose place this one says to have taken (replaces).
std::vector<std::string> replaces(const fhir::Patient& patient, const fhir::Url& base);

/// For a record that is gone: the one record that says to have taken its place, by the search
/// parameter `link`. nullopt where there is none, more than one, or no such search.
std::optional<std::string> findReplacing(const fhir::Client& client, const std::string& id);

}  // namespace adapters
