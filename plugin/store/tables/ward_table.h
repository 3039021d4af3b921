#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "fhir/base/clock.h"
#include "plugin/store/database.h"
#include "plugin/store/tables/ward_lease_table.h"

namespace plugin::store {

/// One stay as the board needs it. A projection: the EHR holds the truth, and every row may be
/// deleted and read again.
struct WardRow {
    std::string encounter{}, patient{};  ///< ids without their type
    std::string name{};
    std::string birthDate{}, gender{};  ///< "" if unknown
    std::string status{}, encounterClass{}, location{};
    std::string start{};        ///< FHIR dateTime, "" if unknown
    std::string transferred{};  ///< FHIR dateTime of arrival at the present location, or ""
    /// What the patient said, a JSON array of Observations: as they were sent, or as
    /// `{"made": …}` where nobody sent them so.
    std::string statements{};
    bool isUnread = false;  ///< something of the patient could not be read
};

/// When and how a unit was last read.
struct WardState {
    std::optional<fhir::Instant> readAt{};  ///< the last complete read
    std::string fault{};                    ///< why the last try failed; "" if it did not
    std::vector<std::string> problems{};    ///< entries of the last read that could not be read
    std::int64_t version = 0;               ///< changes whenever anything but `readAt` changes
};

/// The projection of each unit's encounters.
class WardTable {
public:
    explicit WardTable(Database& database) : database_(database) {}

    /// What storing a reading has done.
    enum class Written {
        Lost,     ///< nothing: somebody else has the lease
        Same,     ///< only `readAt` is new
        Changed,  ///< something in the unit is new
    };
    /// Replaces the unit's rows and its state in one transaction; with a lease, only if that is
    /// still held. Announces "changed", with the new version, for the unit and for each patient
    /// whose rows changed; "read", with the time, for an unchanged unit.
    Written replace(const std::string& connection, const std::string& unit,
                    const std::vector<WardRow>& rows, fhir::Instant readAt,
                    const std::vector<std::string>& problems, const WardLease* lease = nullptr);
    /// Notes that a reading failed: the rows stay, the state says why. `lease` as in `replace`.
    Written recordFault(const std::string& connection, const std::string& unit,
                        const std::string& fault, const WardLease* lease = nullptr);
    std::vector<WardRow> rows(const std::string& connection, const std::string& unit) const;
    WardState state(const std::string& connection, const std::string& unit) const;
    /// The row of one stay on the unit.
    std::optional<WardRow> find(const std::string& connection, const std::string& unit,
                                const std::string& encounter) const;
    /// Any stay of this patient on any unit of the connection, the newest first.
    std::optional<WardRow> findPatient(const std::string& connection,
                                       const std::string& patient) const;

    /// The units of the connection where this stay, or a stay of this patient, is.
    std::vector<std::string> unitsOfStay(const std::string& connection,
                                         const std::string& encounter) const;
    std::vector<std::string> unitsOfPatient(const std::string& connection,
                                            const std::string& patient) const;

    /// Inside a transaction: announces "changed" of the patient, and of the units where they are.
    void announcePatient(Poco::Data::Session& session, const std::string& connection,
                         const std::string& patient);

    /// Inside a transaction: removes a patient's rows from every list of the connection until it is
    /// read again, and announces that.
    void forgetPatient(Poco::Data::Session& session, const std::string& connection,
                       const std::string& patient);

    /// Empties the projection of every unit, and makes all of them due. Statements that were
    /// recorded here are not part of it and stay.
    void forget();

    /// Seals up to `limit` rows by the current data key; see Database::reseal.
    static std::size_t reseal(Poco::Data::Session& session, const Vault& vault, int limit);

private:
    Database& database_;
};

}  // namespace plugin::store
