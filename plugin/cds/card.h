#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "plugin/domain/summary.h"

namespace plugin::cds {

/// A card's summary has fewer than 140 characters (CDS Hooks 2.0, Card Attributes).
inline constexpr std::size_t kSummaryCharactersMax = 139;

/// The one `info` card as JSON: the words first, then by whom and when, then, where it is so, why
/// they are worth checking. nullopt where nothing was said. `heldFrom` is set where the EHR could
/// not be read in time and this is what was known at that moment.
std::optional<std::string> cardJson(const domain::Summary& summary, fhir::Instant now,
                                    std::optional<fhir::Instant> heldFrom);

/// At most `charactersMax` code points, cut between words where there are any near the end and
/// never inside a combined character; an ellipsis says that something was cut. One line.
std::string shorten(std::string_view words, std::size_t charactersMax);

/// The words as GitHub-flavoured Markdown that shows exactly them: markup and HTML come out as
/// text, bidirectional controls cannot reach what stands around them.
std::string asMarkdownQuote(std::string_view words);

}  // namespace plugin::cds
