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

/// Every service. Their places are part of card ids, so that a new one goes last.
const std::array<ServiceInfo, 3>& services() noexcept;
/// Its place in `services()`; nullopt where there is none of that id.
std::optional<int> findService(std::string_view id) noexcept;

/// The answer to discovery: {"services":[…]}.
std::string discoveryJson();

/// What one call is about (CDS Hooks 2.0, HTTP Request), checked.
struct HookCall {
    Hook hook = Hook::PatientView;
    std::string user;                ///< "Practitioner/1"
    std::string patient, encounter;  ///< ids; no encounter is ""
    std::string fhirServer;          ///< "" where the call names none
    /// fhirAuthorization.access_token: for this call's reads, and for nothing after it.
    std::optional<fhir::Secret> accessToken;
};

/// Throws Error{InvalidInput} with the place of what is missing or wrong.
HookCall readHookCall(const ServiceInfo& service, const fhir::json::Value& root);

}  // namespace plugin::cds
