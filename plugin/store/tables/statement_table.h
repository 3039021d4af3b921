#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plugin/domain/statement.h"
#include "plugin/store/database.h"

namespace plugin::store {

/// Statements recorded here, whether or not they have reached the EHR.
class StatementTable {
public:
    explicit StatementTable(Database& database) : database_(database) {}

    enum class Inserted { New, Same, Different };
    /// Inside the caller's transaction. Same: the id is there with the same content, nothing was
    /// changed; Different: the id is there with other content, nothing was changed. `recorded`,
    /// `location` and `retracted` are not content, nor is `said` where it is no more than
    /// `recorded`: who lost our answer sends the same statement again, later.
    /// New is announced to the pages of the patient, and of the units where they are.
    Inserted insert(Poco::Data::Session& session, const std::string& connection,
                    const domain::Statement& statement);

    /// Whether `insert` would say Same.
    bool isRepeated(const std::string& connection, const domain::Statement& statement) const;

    /// Inside the caller's transaction: it was entered in error. False where that is known already,
    /// or no such statement is there. Announced as what is new.
    bool retract(Poco::Data::Session& session, const std::string& connection,
                 const std::string& id);

    std::optional<domain::Statement> find(const std::string& connection,
                                          const std::string& id) const;
    /// Of these patients, oldest first, with where the EHR holds them.
    std::vector<domain::Statement> ofPatients(const std::string& connection,
                                              const std::vector<std::string>& patientIds) const;

    /// Inside the caller's transaction: what was said of one patient was said of another, whose
    /// record took the place of theirs. Returns how many.
    std::size_t move(Poco::Data::Session& session, const std::string& connection,
                     const std::string& from, const std::string& to);

    /// Deletes those that are in the EHR or on a companion server, and were written down before
    /// then. Returns how many.
    std::size_t pruneDelivered(fhir::Instant before);
    /// Seals up to `limit` rows by the current data key; see Database::reseal.
    static std::size_t reseal(Poco::Data::Session& session, const Vault& vault, int limit);

private:
    Database& database_;
};

}  // namespace plugin::store
