#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "fhir/base/clock.h"
#include "plugin/store/database.h"
#include "plugin/store/tables/ward_lease_table.h"

namespace plugin::store {

/// One stay as the board needs it. A projection: the EHR holds the truth, and all of it may be
/// dropped and read again.
struct WardRow {
    std::string encounter{}, patient{};  ///< ids without their type
    std::string name{};
    std::string birthDate{}, gender{};  ///< "" where unknown
    std::string status{}, encounterClass{}, location{};
    std::string start{};        ///< FHIR dateTime, "" where unknown
    std::string transferred{};  ///< FHIR dateTime of arrival at the present location, or ""
    std::string statements{};   ///< the patient's Observations as read, a JSON array
};

/// When and how a unit was last read.
struct WardState {
    std::optional<fhir::Instant> readAt{};  ///< the last complete read
    std::string fault{};                    ///< why the last try failed; "" where it did not
    std::vector<std::string> problems{};    ///< entries of the last read that could not be read
    std::int64_t version = 0;               ///< another one whenever anything but `readAt` changed
};

/// The projection of each unit's encounters.
class WardTable {
public:
    explicit WardTable(Database& database) : database_(database) {}

    /// What came of writing down what was read.
    enum class Written {
        Lost,     ///< nothing: the lease is somebody else's
        Same,     ///< it was there already; only `readAt` is new
        Changed,  ///< the unit is another than before
    };
    /// Replaces the unit's rows and its state in one transaction. With a lease, only where that is
    /// still the holder's. Announced: "changed" of the unit and of each patient whose row is
    /// another one, with the new version; "read" of a unit that is the same, with the time.
    Written replace(const std::string& connection, const std::string& unit,
                    const std::vector<WardRow>& rows, fhir::Instant readAt,
                    const std::vector<std::string>& problems, const WardLease* lease = nullptr);
    /// A read failed: the rows stay, the state says why. With a lease as above.
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

    /// Inside a transaction: takes a patient's rows off every list of the connection until it is
    /// read again, and announces that.
    void forgetPatient(Poco::Data::Session& session, const std::string& connection,
                       const std::string& patient);

    /// Empties the projection of every unit, and has each read again as if it never was. What
    /// people said here is kept elsewhere and stays.
    void forget();

    /// Seals up to `limit` rows by the current data key; see Database::reseal.
    static std::size_t reseal(Poco::Data::Session& session, const Vault& vault, int limit);

private:
    Database& database_;
};

}  // namespace plugin::store
