#pragma once

#include <functional>
#include <optional>
#include <string>

#include "adapters/adapter.h"
#include "plugin/companion/local_companion.h"

namespace plugin::companion {

/// Keeps in another R4 server what the EHR could not take of one entry of the outbox: by that
/// server's own routes `observation` and `flag`, so that it is there once, and with references that
/// mean the EHR's resources there (adapters/companion_references.h).
///
/// Throws Error{Unavailable, BadReply} where a later try may succeed. That this server is away says
/// nothing of the EHR: the errors ask nobody to leave the EHR alone.
class RemoteCompanion : public CompanionStorage {
public:
    /// `home`: the FHIR base of the EHR. No request goes out after the deadline.
    RemoteCompanion(store::Database& database, const store::OutboxEntry& entry,
                    const adapters::Adapter& server, fhir::Url ehrBase, fhir::Deadline deadline)
        : database_(database),
          entry_(entry),
          server_(server),
          ehrBase_(std::move(ehrBase)),
          deadline_(deadline) {}

    /// Sends while the entry is the sender's who claimed it, or Error{Unavailable}. A statement
    /// that was entered in error is marked so where its words are, or is written as such. Returns
    /// the whole address: "https://companion.example/fhir/Observation/9".
    std::string keep(const adapters::Authored& authored) override;
    /// Also what was kept in our own store, before the configuration named a server.
    std::optional<std::string> find(const adapters::Authored& authored) override;

    /// A second copy, of what proved to be in the chart: marked as entered in error, and without
    /// our identifier from now on, so that nobody takes the statement itself for a mistake. Where
    /// it was; nullopt where there is none.
    std::optional<std::string> drop(const adapters::Authored& authored);

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
