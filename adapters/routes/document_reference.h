#pragma once

#include "adapters/routes/route.h"

namespace adapters {

/// Writes a statement as a note in the chart: a DocumentReference with the text inside.
class DocumentReferenceRoute : public Route {
public:
    std::string_view name() const override { return "document-reference"; }
    std::optional<std::string> whyNot(const RouteContext& context,
                                      const Authored& authored) const override;
    Written write(const RouteContext& context, const Authored& authored) const override;
};

}  // namespace adapters
