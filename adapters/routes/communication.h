#pragma once

#include "adapters/routes/route.h"

namespace adapters {

/// Writes a Communication: a statement to the recipients that the site names, or a team flag to a
/// Group or an Organization. The message about a team names no patient and no member of staff.
class CommunicationRoute : public Route {
public:
    std::string_view name() const override { return "communication"; }
    std::optional<std::string> whyNot(const RouteContext& context,
                                      const Authored& authored) const override;
    Written write(const RouteContext& context, const Authored& authored) const override;
};

}  // namespace adapters
