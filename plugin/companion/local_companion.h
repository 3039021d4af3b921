#pragma once

#include <optional>
#include <string>

#include "adapters/routes/route.h"
#include "fhir/base/clock.h"
#include "plugin/store/tables/outbox_table.h"

namespace plugin::companion {

/// Where what the EHR could not take of one entry of the outbox is kept.
class CompanionStorage : public adapters::Companion {
public:
    /// Where an earlier try of the entry has left this; nullopt where it is nowhere.
    virtual std::optional<std::string> find(const adapters::Authored& authored) = 0;
};

/// Throws Error{Unavailable} where the entry is another sender's by now, who may have found a
/// better place. Until the transaction ends it is nobody else's then.
void requireHeld(Poco::Data::Session& session, const store::OutboxEntry& entry);

/// Keeps in our own store what the EHR could not take of one entry of the outbox, for as long as
/// that entry is the sender's who claimed it.
class LocalCompanion : public CompanionStorage {
public:
    LocalCompanion(store::Database& database, const store::OutboxEntry& entry,
                   fhir::Clock clock = {})
        : database_(database), entry_(entry), clock_(std::move(clock)) {}

    /// The resource's id becomes the UUID of its identifier, so that keeping it again changes
    /// nothing; but a statement that was entered in error takes the place of the words. Throws
    /// Error{InvalidInput} where it has no identifier of ours, or is a flag about anything but a
    /// team, and Error{Unavailable} where the entry is another sender's by now, who may have found
    /// a better place.
    std::string keep(const adapters::Authored& authored) override;
    std::optional<std::string> find(const adapters::Authored& authored) override;

private:
    store::Database& database_;
    const store::OutboxEntry& entry_;
    fhir::Clock clock_;
};

}  // namespace plugin::companion
