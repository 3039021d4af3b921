#include "adapters/routes/flowsheet_observation.h"

#include "adapters/routes/create_once.h"
#include "adapters/routes/statement_text.h"

namespace adapters {
namespace {

constexpr const char* kObservationCategory =
    "http://terminology.hl7.org/CodeSystem/observation-category";

/// What a row takes: status, code, category, subject, encounter, time and the words. Everything
/// else is left out, because servers refuse what a row cannot hold.
fhir::Observation rowOf(const fhir::Observation& statement, const Profile::Flowsheet& row) {
    fhir::Observation observation;
    observation.identifier = statement.identifier;
    observation.status = "final";
    observation.category = {{{{kObservationCategory, row.category, {}}}, {}}};
    observation.code.coding = {{orNone(row.system), row.code, orNone(row.display)}};
    if (row.loinc)
        observation.code.coding.insert(observation.code.coding.end(), statement.code.coding.begin(),
                                       statement.code.coding.end());
    observation.subject = statement.subject;
    observation.encounter = statement.encounter;
    observation.effectiveDateTime = statement.effectiveDateTime;
    observation.valueString = statement.valueString;
    return observation;
}

}  // namespace

std::optional<std::string> FlowsheetObservationRoute::whyNot(const RouteContext& context,
                                                             const Authored& authored) const {
    if (auto why = whyNoWords(context, authored)) return why;
    const auto& row = context.profile.flowsheet;
    if (row.code.empty()) return "The site has named no flowsheet row (overrides.flowsheet.code).";
    if (row.encounterRequired && !std::get<fhir::Observation>(authored).encounter)
        return "A flowsheet row belongs to a stay, and the statement names no encounter.";
    return whyNoCreate(context, fhir::Observation::resourceType);
}

Written FlowsheetObservationRoute::write(const RouteContext& context,
                                         const Authored& authored) const {
    return createOnce(context,
                      rowOf(std::get<fhir::Observation>(authored), context.profile.flowsheet));
}

}  // namespace adapters
