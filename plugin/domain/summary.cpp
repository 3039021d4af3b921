#include "plugin/domain/summary.h"

#include <algorithm>

namespace plugin::domain {

Summary summarise(const std::vector<Statement>& statements, const StayContext& stay,
                  const FreshnessLimits& limits, fhir::Instant now, bool isUnread) {
    for (const auto aspect : allAspects()) {
        auto judgement = judge(statements, aspect, stay, limits, now, isUnread);
        if (judgement.current != nullptr && !judgement.current->absent)
            return {aspect, std::move(judgement)};
    }
    return {Aspect::Now, judge(statements, Aspect::Now, stay, limits, now, isUnread)};
}

namespace {

/// By our identifier, or by where it is held: some EHRs keep the words and not the identifier.
bool isSame(const Statement& fromEhr, const Statement& ours) {
    return fromEhr.id == ours.id || (fromEhr.location && fromEhr.location == ours.location);
}

bool isAnotherForm(const Statement& statement) {
    return statement.location && !statement.location->starts_with("Observation/");
}

}  // namespace

std::vector<Statement> merge(std::vector<Statement> fromEhr, const std::vector<Statement>& ours) {
    for (const auto& statement : ours) {
        const auto same = std::find_if(fromEhr.begin(), fromEhr.end(),
                                       [&](const auto& one) { return isSame(one, statement); });
        if (same == fromEhr.end()) {
            fromEhr.push_back(statement);
            continue;
        }
        const bool retracted = same->retracted || statement.retracted;
        // Another form than the Observation, or one that lost our identifier, has lost the aspect
        // too; with the same words ours says more, and with others the EHR's hold.
        if ((same->id != statement.id || isAnotherForm(*same)) && same->text == statement.text)
            *same = statement;
        same->retracted = retracted;
        if (!same->replaces) same->replaces = statement.replaces;
    }
    return fromEhr;
}

}  // namespace plugin::domain
