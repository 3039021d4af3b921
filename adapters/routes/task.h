#pragma once

#include "adapters/routes/route.h"

namespace adapters {

/// A task: what matters to a patient for the owner whom the site names, or a team's flag for a
/// Group or an Organization. The task about a team is for nobody and names no member of staff.
class TaskRoute : public Route {
public:
    std::string_view name() const override { return "task"; }
    std::optional<std::string> whyNot(const RouteContext& context,
                                      const Authored& authored) const override;
    Written write(const RouteContext& context, const Authored& authored) const override;
};

}  // namespace adapters
