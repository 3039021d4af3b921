#pragma once

#include <optional>
#include <string>

#include "plugin/store/database.h"

namespace plugin::store {

/// Who typed a statement, which is not who said it (Provenance, agent "enterer").
struct Enterer {
    std::string reference{};  ///< in the EHR, "Practitioner/7"; "" if unknown
    std::string name{};       ///< "" if unknown
};

/// Stores who typed which statement.
class EntererTable {
public:
    explicit EntererTable(Database& database) : database_(database) {}

    /// Inside the transaction that stores the statement. Does nothing if the enterer is unknown.
    void insert(Poco::Data::Session& session, const std::string& connection, const std::string& id,
                const Enterer& enterer);
    std::optional<Enterer> find(const std::string& connection, const std::string& id) const;

    /// Deletes the entries of statements that were deleted.
    void prune();
    /// Seals up to `limit` rows by the current data key; see Database::reseal.
    static std::size_t reseal(Poco::Data::Session& session, const Vault& vault, int limit);

private:
    Database& database_;
};

}  // namespace plugin::store
