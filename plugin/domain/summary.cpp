#include "plugin/domain/summary.h"

#include <algorithm>

namespace plugin::domain {

Summary summarise(const std::vector<Statement>& statements, const StayContext& stay,
                  const FreshnessLimits& limits, fhir::Instant now) {
    for (const auto aspect : allAspects()) {
        auto judgement = judge(statements, aspect, stay, limits, now);
        if (judgement.current != nullptr && !judgement.current->absent)
            return {aspect, std::move(judgement)};
    }
    return {Aspect::Now, judge(statements, Aspect::Now, stay, limits, now)};
}

std::vector<Statement> merge(std::vector<Statement> fromEhr, const std::vector<Statement>& ours) {
    for (const auto& statement : ours) {
        const auto same = std::find_if(fromEhr.begin(), fromEhr.end(),
                                       [&](const auto& one) { return one.id == statement.id; });
        if (same == fromEhr.end())
            fromEhr.push_back(statement);
        else
            same->retracted = same->retracted || statement.retracted;
    }
    return fromEhr;
}

}  // namespace plugin::domain
