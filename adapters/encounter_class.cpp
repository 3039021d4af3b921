#include "adapters/encounter_class.h"

namespace adapters {

void mapClass(fhir::Encounter& encounter, const Profile& profile) {
    if (!encounter.encounterClass || !encounter.encounterClass->code) return;
    const auto& code = *encounter.encounterClass->code;
    const auto& classes = profile.encounterClasses;
    auto found = classes.find(encounter.encounterClass->system.value_or("") + "|" + code);
    if (found == classes.end()) found = classes.find(code);
    if (found != classes.end())
        encounter.encounterClass = fhir::Coding{kActCode, found->second, {}};
}

}  // namespace adapters
