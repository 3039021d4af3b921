#pragma once

#include <string>

#include "adapters/routes/route.h"
#include "fhir/base/clock.h"
#include "plugin/store/companion_table.h"

namespace plugin::companion {

/// Keeps in our own store what the EHR of one connection could not take.
class Keeper : public adapters::Companion {
public:
    Keeper(store::Database& database, std::string connection, fhir::Clock clock = {})
        : table_(database), connection_(std::move(connection)), clock_(std::move(clock)) {}

    /// The resource's id becomes the UUID of its identifier, so that keeping it again changes
    /// nothing. Throws Error{InvalidInput} where it has no identifier of ours, or is a flag about
    /// anything but a team.
    std::string keep(const adapters::Authored& authored) override;

private:
    store::CompanionTable table_;
    std::string connection_;
    fhir::Clock clock_;
};

}  // namespace plugin::companion
