#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plugin/domain/statement.h"
#include "plugin/store/database.h"
#include "plugin/store/tables/patient_move.h"

namespace plugin::store {

/// Statements recorded here, whether or not they have reached the EHR.
class StatementTable {
public:
    explicit StatementTable(Database& database) : database_(database) {}

    enum class Inserted { New, Same, Different };
    /// Inside the caller's transaction. Same: the id is there with the same content, nothing was
    /// changed; Different: the id is there with other content, nothing was changed. `recorded`,
    /// `location` and `retracted` are not content, nor is `said` if it is only a copy of
    /// `recorded`: a client that lost our answer sends the same statement again, later. New is
    /// announced to the pages of the patient, and of the units where they are.
    Inserted insert(Poco::Data::Session& session, const std::string& connection,
                    const domain::Statement& statement);

    /// Whether `insert` would say Same.
    bool isRepeated(const std::string& connection, const domain::Statement& statement) const;

    /// Inside the caller's transaction: marks a statement as entered in error. False if it is
    /// marked already or there is no such statement. Announced like a new one.
    bool retract(Poco::Data::Session& session, const std::string& connection,
                 const std::string& id);

    std::optional<domain::Statement> find(const std::string& connection,
                                          const std::string& id) const;
    /// Returns the statements of these patients, oldest first, with their location in the EHR.
    std::vector<domain::Statement> ofPatients(const std::string& connection,
                                              const std::vector<std::string>& patientIds) const;

    /// Inside the caller's transaction: moves the statements of one patient to another, into whose
    /// record theirs was merged. Returns their ids.
    std::vector<std::string> move(Poco::Data::Session& session, const PatientMove& move);

    /// Deletes statements written down before `before` that are in the EHR or on a companion
    /// server, except those whose correction has not reached the same place. Returns how many.
    std::size_t pruneDelivered(fhir::Instant before);
    /// Seals up to `limit` rows by the current data key; see Database::reseal.
    static std::size_t reseal(Poco::Data::Session& session, const Vault& vault, int limit);

private:
    Database& database_;
};

}  // namespace plugin::store
