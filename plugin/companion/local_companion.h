#pragma once

#include <optional>
#include <string>

#include "adapters/routes/route.h"
#include "fhir/base/clock.h"
#include "plugin/store/tables/outbox_table.h"

namespace plugin::companion {

/// Where something is stored. `location` is relative in our own store ("Observation/3f…"), and an
/// absolute URL on another server.
struct CompanionPlace {
    store::Placement placement = store::Placement::LocalCompanion;
    std::string location{};
};

/// Stores what the EHR could not take of one outbox entry.
class CompanionStorage : public adapters::Companion {
public:
    /// Which companion has what `keep` was given.
    virtual store::Placement placement() const noexcept = 0;
    /// Returns where an earlier try of the entry has stored this; nullopt if nowhere.
    virtual std::optional<CompanionPlace> find(const adapters::Authored& authored) = 0;
};

/// Throws Error{Unavailable} if another sender holds the entry by now, which may have found a
/// better place. If it does not throw, no other sender gets the entry before the transaction ends.
void requireHeld(Poco::Data::Session& session, const store::OutboxEntry& entry);

/// Stores in our own database what the EHR could not take of one outbox entry, as long as the
/// sender that claimed the entry holds it.
class LocalCompanion : public CompanionStorage {
public:
    LocalCompanion(store::Database& database, const store::OutboxEntry& entry,
                   fhir::Clock clock = {})
        : database_(database), entry_(entry), clock_(std::move(clock)) {}

    /// The resource's id becomes the UUID of its identifier, so that storing it again changes
    /// nothing; but a statement that was entered in error replaces the words. Throws
    /// Error{InvalidInput} if it has no identifier of ours, or is a flag about anything but a team,
    /// and Error{Unavailable} as `requireHeld`.
    std::string keep(const adapters::Authored& authored) override;
    store::Placement placement() const noexcept override {
        return store::Placement::LocalCompanion;
    }
    std::optional<CompanionPlace> find(const adapters::Authored& authored) override;

private:
    store::Database& database_;
    const store::OutboxEntry& entry_;
    fhir::Clock clock_;
};

}  // namespace plugin::companion
