#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "fhir/base/clock.h"
#include "fhir/r4/flag.h"

namespace plugin::domain {

/// Why a flag was raised (DESIGN, section 5).
enum class FlagReason { Strain, Decline, Theme, BrightSpot };
const char* toString(FlagReason reason) noexcept;  ///< "strain", "decline", "theme", "bright-spot"
std::optional<FlagReason> parseFlagReason(std::string_view text) noexcept;

/// A flag about a team. It can hold no words from staff and no person.
struct TeamFlag {
    std::string id{};  ///< "urn:uuid:…"
    std::string teamName{};
    std::string subject{};  ///< "Organization/…", "Group/…" or "Location/…"
    FlagReason reason = FlagReason::Strain;
    std::string status = "active";  ///< active | inactive | entered-in-error
    fhir::Instant since{};
};

/// Says why `subject` cannot be flagged; nullopt if it can. The only place of the rule that a flag
/// is about a team and never about a person; the adapter checks it again on its own.
std::optional<std::string> whyNotTeam(std::string_view subject);

/// The code system of Flag.code.
inline constexpr std::string_view kTeamFlagSystem =
    "https://whatmatters.example/fhir/CodeSystem/team-flag";

/// The Flag of DESIGN, section 5: its words come from a fixed table, its author is this software.
/// Throws Error{InvalidInput} if the subject is no team, the status is unknown or the id is no
/// urn:uuid.
fhir::Flag toFlag(const TeamFlag& flag);

}  // namespace plugin::domain
