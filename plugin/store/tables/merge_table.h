#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "fhir/base/clock.h"
#include "plugin/store/database.h"

namespace plugin::store {

/// Patients whose record was merged into another one, as the EHR said (R4, Patient.link).
class MergeTable {
public:
    /// The most merges that are followed in a chain, which also ends one that leads back to its
    /// start.
    static constexpr int kStepsMax = 8;

    explicit MergeTable(Database& database) : database_(database) {}

    /// What moved.
    struct Moved {
        bool isNew = false;  ///< the merge was not recorded before
        std::size_t statements = 0, entries = 0, kept = 0;
    };
    /// Records the merge and moves what was said of `from` to `to`, in one transaction: statements,
    /// outbox entries that wait or failed, what the companion holds. The rows of `from` leave the
    /// lists until the units are read again. A second call does nothing more. Throws
    /// Error{Conflict} if `to` is recorded as merged into `from`, or both are the same. `also` runs
    /// at the end of the transaction if anything was moved.
    Moved follow(const std::string& connection, const std::string& from, const std::string& to,
                 fhir::Instant now, const std::function<void(Poco::Data::Session&)>& also = {});

    /// Returns the patient's current id; the same if no merge is recorded.
    std::string current(const std::string& connection, const std::string& patient) const;

    /// Returns the hash by which a patient is looked up.
    static std::string hashOf(const Vault& vault, const std::string& connection,
                              const std::string& patient);
    /// Returns the hashes of the patient's current record and of every record merged into it.
    std::vector<std::string> hashesOf(const std::string& connection,
                                      const std::string& patient) const;

    /// Seals up to `limit` rows by the current data key; see Database::reseal.
    static std::size_t reseal(Poco::Data::Session& session, const Vault& vault, int limit);

private:
    Database& database_;
};

}  // namespace plugin::store
