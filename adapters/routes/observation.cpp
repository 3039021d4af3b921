#include "adapters/routes/observation.h"

#include "adapters/routes/create_once.h"

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
