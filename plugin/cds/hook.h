#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "fhir/base/json.h"
#include "fhir/base/secret.h"

namespace plugin::cds {

/// When an EHR calls (https://cds-hooks.hl7.org/hooks/).
enum class Hook { PatientView, EncounterStart, EncounterDischarge };

/// A service as discovery describes it.
struct ServiceInfo {
    const char* id;
    Hook hook;
    const char* hookName;
    const char* title;
    const char* description;
    /// What it needs to be of use (CDS Hooks 2.0, Discovery: usageRequirements).
    const char* usageRequirements;
};

/// Every service. Card ids hold a service's index here, so a new service goes last.
const std::array<ServiceInfo, 3>& services() noexcept;
/// Returns the index in `services()`; nullopt if no service has this id.
std::optional<int> findService(std::string_view id) noexcept;

/// The answer to discovery: {"services":[…]}.
std::string discoveryJson();

/// What one call is about (CDS Hooks 2.0, HTTP Request), checked.
struct HookCall {
    Hook hook = Hook::PatientView;
    std::string user;                ///< "Practitioner/1"
    std::string patient, encounter;  ///< ids; no encounter is ""
    std::string fhirServer;          ///< "" if the call names none
    /// fhirAuthorization.access_token: only for the reads of this call.
    std::optional<fhir::Secret> accessToken;
};

/// Throws Error{InvalidInput} with the path of what is missing or wrong.
HookCall readHookCall(const ServiceInfo& service, const fhir::json::Value& root);

}  // namespace plugin::cds
