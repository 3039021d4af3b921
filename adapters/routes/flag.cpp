#include "adapters/routes/flag.h"

#include "adapters/routes/create_once.h"

namespace adapters {

std::optional<std::string> FlagRoute::whyNot(const RouteContext& context,
                                             const Authored& authored) const {
    if (!std::holds_alternative<fhir::Flag>(authored))
        return "This route writes flags about teams; this is what matters to a patient.";
    return whyNoCreate(context, fhir::Flag::resourceType);
}

Written FlagRoute::write(const RouteContext& context, const Authored& authored) const {
    const auto& flag = std::get<fhir::Flag>(authored);
    requireTeamSubject(flag);
    return createOnce(context, flag);
}

}  // namespace adapters
