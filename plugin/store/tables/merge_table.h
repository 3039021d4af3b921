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
    /// Of a chain of merges; a longer one, or one that comes back to its beginning, is not followed
    /// further.
    static constexpr int kStepsMax = 8;

    explicit MergeTable(Database& database) : database_(database) {}

    /// What moved.
    struct Moved {
        bool isNew = false;  ///< it was not on record before
        std::size_t statements = 0, entries = 0, kept = 0;
    };
    /// Puts the merge on record, and all that was said of `from` under `to`, in one transaction:
    /// statements, entries that wait or failed, what the companion holds. The rows of `from` leave
    /// the lists until the units are read again. Done twice it does nothing more. Throws
    /// Error{Conflict} where `to` is on record as merged into `from`: both cannot be.
    /// `also` joins the transaction, as its last, where something moved.
    Moved follow(const std::string& connection, const std::string& from, const std::string& to,
                 fhir::Instant now, const std::function<void(Poco::Data::Session&)>& also = {});

    /// Who the patient is now; the same where nothing is on record.
    std::string current(const std::string& connection, const std::string& patient) const;

    /// Under which hash a patient is looked up.
    static std::string hashOf(const Vault& vault, const std::string& connection,
                              const std::string& patient);
    /// The hash of who the patient is now, and of every record that was merged into theirs.
    std::vector<std::string> hashesOf(const std::string& connection,
                                      const std::string& patient) const;

    /// Seals up to `limit` rows by the current data key; see Database::reseal.
    static std::size_t reseal(Poco::Data::Session& session, const Vault& vault, int limit);

private:
    Database& database_;
};

}  // namespace plugin::store
