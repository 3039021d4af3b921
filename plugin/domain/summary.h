#pragma once

#include <vector>

#include "plugin/domain/freshness.h"

namespace plugin::domain {

/// What one line about a patient shows: the words to read first, and how far they hold.
struct Summary {
    Aspect aspect = Aspect::Now;
    Judgement judgement;
};

/// `now` where it was ever talked about, else the first of the other aspects that was; "unasked"
/// of `now` where nothing was.
Summary summarise(const std::vector<Statement>& statements, const StayContext& stay,
                  const FreshnessLimits& limits, fhir::Instant now);

/// The EHR's statements and ours as one list, each once. Where both hold the same id, the EHR's
/// is taken, because it holds the truth about care; a retraction by either is kept, and what it
/// replaces. A form of ours
/// that lost its id in the EHR is told by where it is held.
std::vector<Statement> merge(std::vector<Statement> fromEhr, const std::vector<Statement>& ours);

}  // namespace plugin::domain
