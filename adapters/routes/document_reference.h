#pragma once

#include "adapters/routes/route.h"

namespace adapters {

/// A statement as a note in the chart: a DocumentReference with a page of text inside.
class DocumentReferenceRoute : public Route {
public:
    std::string_view name() const override { return "document-reference"; }
    std::optional<std::string> whyNot(const RouteContext& context,
                                      const Authored& authored) const override;
    Written write(const RouteContext& context, const Authored& authored) const override;
};

}  // namespace adapters
