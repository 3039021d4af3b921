#pragma once

#include <functional>
#include <optional>
#include <string>

#include "adapters/adapter.h"
#include "plugin/companion/local_companion.h"

namespace plugin::companion {

/// Stores on another R4 server what the EHR could not take of one outbox entry: by that server's
/// own routes `observation` and `flag`, so that it is there once, and with references that still
/// name the EHR's resources (adapters/companion_references.h).
///
/// Throws Error{Unavailable} or Error{BadReply} if a later try may succeed. These errors never
/// pause deliveries to the EHR: that this server is away says nothing about the EHR.
class RemoteCompanion : public CompanionStorage {
public:
    /// `ehrBase`: the FHIR base of the EHR. No request goes out after the deadline.
    RemoteCompanion(store::Database& database, const store::OutboxEntry& entry,
                    const adapters::Adapter& server, fhir::Url ehrBase, fhir::Deadline deadline)
        : database_(database),
          entry_(entry),
          server_(server),
          ehrBase_(std::move(ehrBase)),
          deadline_(deadline) {}

    /// Throws Error{Unavailable} if another sender holds the entry. Marks a statement that was
    /// entered in error where its words are stored, else writes it as such. Returns the absolute
    /// URL: "https://companion.example/fhir/Observation/9".
    std::string keep(const adapters::Authored& authored) override;
    store::Placement placement() const noexcept override {
        return store::Placement::RemoteCompanion;
    }
    /// Also finds what was stored in our own database before the configuration named a server.
    std::optional<CompanionPlace> find(const adapters::Authored& authored) override;

    /// Withdraws the copy of a statement that proved to be in the chart: marks the copy as entered
    /// in error and removes our identifier from it, so that nobody takes the statement itself for
    /// an error. Returns where the copy is; nullopt if there is none.
    std::optional<std::string> removeCopy(const adapters::Authored& authored);

private:
    std::optional<std::string> findExisting(const adapters::Authored& there) const;
    std::string mark(const fhir::Observation& there, const std::string& location) const;
    void requireFindable(const adapters::Authored& there, const std::string& location) const;
    std::string addressOf(const std::string& location) const;
    template <class Function>
    auto told(Function function) const;

    store::Database& database_;
    const store::OutboxEntry& entry_;
    const adapters::Adapter& server_;
    fhir::Url ehrBase_;
    fhir::Deadline deadline_;
};

}  // namespace plugin::companion
