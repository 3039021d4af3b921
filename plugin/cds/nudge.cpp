#include "plugin/cds/nudge.h"

namespace plugin::cds {

std::string nudgeDue(Hook hook, const domain::Judgement& judgement, bool isDeceased) {
    using domain::Freshness;
    constexpr const char* kAsk = "Is there a moment to ask what matters to them?";
    constexpr const char* kAskAgain = "Is there a moment to ask whether this still holds?";
    if (isDeceased) return "";
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
            return "";
    }
    return "";
}

}  // namespace plugin::cds
