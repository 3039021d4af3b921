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
    std::optional<fhir::Instant> heldFrom{};  ///< set where the EHR could not be read in time
    bool lacksKept = false;                   ///< the companion server could not be read in time
    /// Something of the chart could not be read. Where nothing was said, that alone is a card.
    bool isUnread = false;
    std::string nudge{};      ///< the line that asks; "" for none
    std::string uuid{};       ///< "" for none: then nothing is heard of it again
    std::string launchUrl{};  ///< of the SMART link; "" for no link
    std::vector<std::string> readerLanguages{"en"};  ///< BCP 47: what the clinician reads
};

/// nullopt where nothing was said, no nudge is due and nothing is to be said of the reading.
std::optional<CardKind> kindOf(const CardParts& parts);

/// The one `info` card as JSON: the words first, then by whom and when, then, where it is so, why
/// they are worth checking, then the nudge. nullopt where `kindOf` is.
std::optional<std::string> cardJson(const CardParts& parts, const adapters::Profile& profile);

}  // namespace plugin::cds
