#include "adapters/statements/local_names.h"

namespace adapters {

void nameLocally(fhir::Observation& observation, const fhir::ServerAddress& server) {
    const auto name = [&](fhir::Reference& reference) {
        if (const auto there = server.find(reference)) reference.reference = there->text();
    };
    if (observation.subject) name(*observation.subject);
    if (observation.encounter) name(*observation.encounter);
    for (auto* all : {&observation.focus, &observation.performer, &observation.derivedFrom,
                      &observation.replaces})
        for (auto& one : *all) name(one);
}

}  // namespace adapters
