#pragma once

#include "adapters/routes/route.h"

namespace adapters {

/// Writes a team flag as a Flag. Takes no statements, and checks again that no flag is about a
/// person.
class FlagRoute : public Route {
public:
    std::string_view name() const override { return "flag"; }
    std::optional<std::string> whyNot(const RouteContext& context,
                                      const Authored& authored) const override;
    Written write(const RouteContext& context, const Authored& authored) const override;
};

}  // namespace adapters
