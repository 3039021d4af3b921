#include "adapters/routes/observation.h"

#include "adapters/routes/create_once.h"
#include "adapters/routes/statement_text.h"

namespace adapters {
namespace {

/// HL7 Person-Centered Outcomes IG 1.0.0; temporary codes (domain.md, section 1.1).
constexpr const char* kPcoSystem = "http://hl7.org/fhir/us/pco/CodeSystem/pco-concepts-temporary";
constexpr const char* kPcoWhatMatters = "what-matters";

}  // namespace

std::optional<std::string> ObservationRoute::whyNot(const RouteContext& context,
                                                    const Authored& authored) const {
    if (!std::holds_alternative<fhir::Observation>(authored))
        return "This route writes what matters to a patient; this is a flag about a team.";
    const auto& observation = std::get<fhir::Observation>(authored);
    const auto& rules = context.profile.observation;
    if (!rules.categories.empty()) {
        std::string categories;
        for (const auto& one : rules.categories)
            categories += (categories.empty() ? "" : ", ") + one;
        return "The EHR takes no Observation but of the category " + categories + ".";
    }
    if (rules.encounterRequired && !observation.encounter)
        return "The EHR wants the encounter of each Observation, and the statement names none.";
    if (auto why = whyNotKept(context, observation)) return why;
    return whyNoCreate(context, fhir::Observation::resourceType);
}

Written ObservationRoute::write(const RouteContext& context, const Authored& authored) const {
    auto observation = std::get<fhir::Observation>(authored);
    if (context.profile.whatMattersCategory &&
        !observation.hasCategory(kPcoSystem, kPcoWhatMatters))
        observation.category.push_back({{{kPcoSystem, kPcoWhatMatters, {}}}, {}});
    return createOnce(context, observation);
}

}  // namespace adapters
