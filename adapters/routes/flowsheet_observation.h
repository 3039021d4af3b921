#pragma once

#include "adapters/routes/route.h"

namespace adapters {

/// A statement as a value of the site's own flowsheet row: an Observation of the row's code and
/// category, with the encounter, for EHRs that take no other.
class FlowsheetObservationRoute : public Route {
public:
    std::string_view name() const override { return "flowsheet-observation"; }
    std::optional<std::string> whyNot(const RouteContext& context,
                                      const Authored& authored) const override;
    Written write(const RouteContext& context, const Authored& authored) const override;
};

}  // namespace adapters
