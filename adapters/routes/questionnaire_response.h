#pragma once

#include "adapters/routes/route.h"

namespace adapters {

/// Writes a statement as the answer to the one question of the site's questionnaire for what
/// matters.
class QuestionnaireResponseRoute : public Route {
public:
    std::string_view name() const override { return "questionnaire-response"; }
    std::optional<std::string> whyNot(const RouteContext& context,
                                      const Authored& authored) const override;
    Written write(const RouteContext& context, const Authored& authored) const override;
};

}  // namespace adapters
