#pragma once

#include "adapters/routes/route.h"

namespace adapters {

/// The last rung: the companion, which takes everything.
class CompanionRoute : public Route {
public:
    std::string_view name() const override { return kCompanionRoute; }
    Holder holder() const noexcept override { return Holder::Companion; }
    std::optional<std::string> whyNot(const RouteContext&, const Authored&) const override {
        return std::nullopt;
    }
    Written write(const RouteContext& context, const Authored& authored) const override {
        if (context.searchOnly) throw fhir::Error(fhir::ErrorKind::NotFound, "it is not there");
        return {context.companion.keep(authored), ""};
    }
};

}  // namespace adapters
