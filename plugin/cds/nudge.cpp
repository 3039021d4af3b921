#include "plugin/cds/nudge.h"

namespace plugin::cds {

std::string nudgeDue(Hook hook, const domain::Judgement& judgement, bool mayBeDeceased) {
    using domain::Freshness;
    constexpr const char* kAsk = "Is there a moment to ask what matters to them?";
    constexpr const char* kAskAgain = "Is there a moment to ask whether this still holds?";
    if (mayBeDeceased) return "";
    const bool isAdmission = hook == Hook::EncounterStart;
    switch (judgement.freshness) {
        case Freshness::Unasked:
            return isAdmission ? kAsk : "";
        case Freshness::Ageing:
            return isAdmission ? kAskAgain : "";
        case Freshness::Check:
        case Freshness::Doubted:
            return kAskAgain;
        case Freshness::Fresh:
        case Freshness::Declined:
        case Freshness::Unread:
            return "";
    }
    return "";
}

bool isUnreadDue(Hook hook, const domain::Judgement& judgement, bool mayBeDeceased) {
    return judgement.freshness == domain::Freshness::Unread && hook == Hook::EncounterStart &&
           !mayBeDeceased;
}

}  // namespace plugin::cds
