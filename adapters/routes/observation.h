#pragma once

#include "adapters/routes/route.h"

namespace adapters {

/// Writes a statement as the Observation that we authored. Takes no flags.
class ObservationRoute : public Route {
public:
    std::string_view name() const override { return "observation"; }
    std::optional<std::string> whyNot(const RouteContext& context,
                                      const Authored& authored) const override;
    Written write(const RouteContext& context, const Authored& authored) const override;
};

}  // namespace adapters
