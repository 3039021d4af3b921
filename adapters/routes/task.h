#pragma once

#include "adapters/routes/route.h"

namespace adapters {

/// Writes a Task: a statement for the owner that the site names, or a team flag for a Group or an
/// Organization. The task about a team has no patient (`for`) and names no member of staff.
class TaskRoute : public Route {
public:
    std::string_view name() const override { return "task"; }
    std::optional<std::string> whyNot(const RouteContext& context,
                                      const Authored& authored) const override;
    Written write(const RouteContext& context, const Authored& authored) const override;
};

}  // namespace adapters
