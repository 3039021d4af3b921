#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/profile/profile.h"
#include "plugin/cds/card_id.h"
#include "plugin/cds/hook.h"
#include "plugin/domain/summary.h"

namespace plugin::cds {

/// A card's summary has fewer than 140 characters (CDS Hooks 2.0, Card Attributes).
inline constexpr std::size_t kSummaryCharactersMax = 139;

/// The code system of our override reasons and of the card's topic.
inline constexpr std::string_view kOverrideReasonSystem =
    "https://whatmatters.example/fhir/CodeSystem/override-reason";
inline constexpr std::string_view kTopicSystem =
    "https://whatmatters.example/fhir/CodeSystem/topic";

/// Why a clinician may put a card aside.
struct OverrideReason {
    const char* code;
    const char* display;
};
const std::vector<OverrideReason>& overrideReasons();

/// What a card is made of.
struct CardParts {
    const domain::Summary& summary;
    fhir::Instant now;
    Hook hook = Hook::PatientView;
    std::optional<fhir::Instant> heldFrom{};  ///< set if the EHR was not read: when it last was
    bool lacksKept = false;                   ///< the companion server could not be read in time
    /// A part of the chart could not be read. If there are no words, this alone makes a card.
    bool isUnread = false;
    std::string nudge{};                             ///< the line that asks; "" for none
    std::string uuid{};                              ///< "" for none: then no feedback comes back
    std::string launchUrl{};                         ///< of the SMART link; "" for no link
    std::vector<std::string> readerLanguages{"en"};  ///< BCP 47: what the clinician reads
};

/// Returns nullopt (no card) if there are no words, no nudge is due and nothing was unreadable.
std::optional<CardKind> kindOf(const CardParts& parts);

/// Writes the one `info` card as JSON: the words, then who said them and when, then why they should
/// be checked (if they should), then the nudge. The summary begins with who spoke, unless that was
/// the patient; of two sayings that conflict it has both, and says so. nullopt if `kindOf` is.
std::optional<std::string> cardJson(const CardParts& parts, const adapters::Profile& profile);

}  // namespace plugin::cds
