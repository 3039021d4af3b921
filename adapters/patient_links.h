#pragma once

#include <optional>
#include <string>
#include <vector>

#include "fhir/client/client.h"
#include "fhir/r4/patient.h"

namespace adapters {

/// The id of the record that replaced this one, from its own Patient.link (R4, replaced-by);
/// nullopt if there is none on this server.
std::optional<std::string> replacedBy(const fhir::Patient& patient,
                                      const fhir::ServerAddress& server);

/// The ids of the records that this one replaces, from its own Patient.link.
std::vector<std::string> replaces(const fhir::Patient& patient, const fhir::ServerAddress& server);

/// Searches by `link` for the record that replaces one that no longer exists. nullopt if there is
/// none or more than one, or if the server has no such search.
std::optional<std::string> findReplacing(const fhir::Client& client, const std::string& id);

}  // namespace adapters
