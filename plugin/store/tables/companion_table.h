#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "fhir/base/clock.h"
#include "plugin/store/database.h"
#include "plugin/store/tables/patient_move.h"

namespace plugin::store {

/// A FHIR resource that the EHR could not take.
struct CompanionResource {
    std::string type{}, id{};  ///< "Observation", the UUID of its identifier
    std::string connection{};
    std::string subject{};  ///< "Patient/2", "Organization/7"
    std::string json{};     ///< with `id` and `meta.lastUpdated`
    fhir::Instant lastUpdated{};
};

/// Which resources are wanted.
struct CompanionFilter {
    std::string type{};
    std::string connection{};  ///< "" for any
    std::string subject{};     ///< "Patient/2"; "" for any
    /// Only those that come after this one, in the order of `list`: its time in milliseconds, and
    /// its id.
    std::int64_t before = std::numeric_limits<std::int64_t>::max();
    std::string afterId{};
};

/// What the embedded companion holds.
class CompanionTable {
public:
    explicit CompanionTable(Database& database) : database_(database) {}

    /// Inside the caller's transaction. Keeping the same id again changes nothing.
    void keep(Poco::Data::Session& session, const CompanionResource& resource);
    /// Inside the caller's transaction: stores it in place of the one with its id, if there is one.
    void replace(Poco::Data::Session& session, const CompanionResource& resource);
    /// Inside the caller's transaction: deletes a resource that is in the EHR after all.
    static void forget(Poco::Data::Session& session, const std::string& type,
                       const std::string& id);
    /// Inside the caller's transaction: moves the resources of one patient to another, into whose
    /// record theirs was merged, and sets their `lastUpdated` to its moment. Returns "Type/id" of
    /// each.
    std::vector<std::string> move(Poco::Data::Session& session, const PatientMove& move);
    std::optional<CompanionResource> find(const std::string& type, const std::string& id) const;
    /// Newest first, then by id; at most `limit`.
    std::vector<CompanionResource> list(const CompanionFilter& filter, int limit) const;

    /// Seals up to `limit` rows by the current data key; see Database::reseal.
    static std::size_t reseal(Poco::Data::Session& session, const Vault& vault, int limit);

private:
    Database& database_;
};

}  // namespace plugin::store
