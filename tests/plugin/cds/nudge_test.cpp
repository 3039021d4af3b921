#include "plugin/cds/nudge.h"

namespace nudge_test {

using plugin::cds::Hook;
using plugin::cds::nudgeDue;
using plugin::domain::Freshness;

TEST_CASE("nudge: asks on admission, and when words are worth checking; else it is quiet",
          "[cds]") {
    const auto [hook, freshness, isDue] = GENERATE(table<Hook, Freshness, bool>({
        {Hook::EncounterStart, Freshness::Unasked, true},
        {Hook::EncounterStart, Freshness::Ageing, true},
        {Hook::EncounterStart, Freshness::Check, true},
        {Hook::EncounterStart, Freshness::Doubted, true},
        {Hook::EncounterStart, Freshness::Declined, false},
        {Hook::EncounterStart, Freshness::Fresh, false},
        {Hook::PatientView, Freshness::Unasked, false},
        {Hook::PatientView, Freshness::Ageing, false},
        {Hook::PatientView, Freshness::Check, true},
        {Hook::PatientView, Freshness::Doubted, true},
        {Hook::PatientView, Freshness::Declined, false},
        {Hook::PatientView, Freshness::Fresh, false},
        {Hook::EncounterDischarge, Freshness::Unasked, false},
        {Hook::EncounterDischarge, Freshness::Check, true},
        {Hook::EncounterDischarge, Freshness::Fresh, false},
    }));
    plugin::domain::Judgement judgement;
    judgement.freshness = freshness;

    CHECK(nudgeDue(hook, judgement, false).empty() != isDue);
    CHECK(nudgeDue(hook, judgement, true).empty());  // nobody is asked to ask the dead
}

}  // namespace nudge_test
