#pragma once

#include "adapters/routes/route.h"

namespace adapters {

/// Writes a statement as a value of the site's flowsheet row: an Observation with the row's code
/// and category and the encounter, for EHRs that take no other Observation.
class FlowsheetObservationRoute : public Route {
public:
    std::string_view name() const override { return "flowsheet-observation"; }
    std::optional<std::string> whyNot(const RouteContext& context,
                                      const Authored& authored) const override;
    Written write(const RouteContext& context, const Authored& authored) const override;
};

}  // namespace adapters
