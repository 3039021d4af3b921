#pragma once

#include <vector>

#include "plugin/domain/freshness.h"

namespace plugin::domain {

/// What one line about a patient shows: the words to read first, and how far they can be relied on.
struct Summary {
    Aspect aspect = Aspect::Now;
    Judgement judgement;
};

/// Chooses `now` if it has words, else the first of the other aspects that has, else `now` without
/// words. `isUnread` as for `judge`.
Summary summarise(const std::vector<Statement>& statements, const StayContext& stay,
                  const FreshnessLimits& limits, fhir::Instant now, bool isUnread = false);

/// Merges the EHR's statements and ours into one list, each once. If both hold one (by id or
/// location), the EHR's is taken, because it holds the truth about care; ours is taken if the EHR's
/// has the same words but is another resource or has lost our id. A retraction by either counts;
/// `replaces` is kept.
std::vector<Statement> merge(std::vector<Statement> fromEhr, const std::vector<Statement>& ours);

}  // namespace plugin::domain
