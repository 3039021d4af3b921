#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "fhir/base/clock.h"
#include "plugin/store/database.h"

namespace plugin::store {

/// The right to read a unit from the EHR, and to store what was read.
struct WardLease {
    std::string connection{}, unit{};
    std::int64_t fence = 0;  ///< grows with each lease: a lease with a lower number is lost
    bool wasWanted = false;  ///< somebody wanted this reading, because something there has changed
};

/// Which instance reads which unit, and when each is to be read again. Time comes in as a
/// parameter. A stored time further ahead than any lease or reading of ours can be is ignored:
/// somebody has set a clock.
class WardLeaseTable {
public:
    explicit WardLeaseTable(Database& database) : database_(database) {}

    /// Leases the unit until `now + lease` if it is due or wanted, or in any case with `evenEarly`;
    /// nobody else gets it before. nullopt if somebody has it, or it is neither due nor wanted.
    /// This lease serves every `want` until now.
    std::optional<WardLease> take(const std::string& connection, const std::string& unit,
                                  fhir::Instant now, std::chrono::seconds lease, bool evenEarly);
    /// Inside a transaction: asks for a reading of the unit, because something there has changed;
    /// now, or when the EHR has rested from the last reading. Several calls until then cause one
    /// reading. Returns when; nullopt if the unit was never read, and is due in any case.
    static std::optional<fhir::Instant> want(Poco::Data::Session& session,
                                             const std::string& connection, const std::string& unit,
                                             fhir::Instant now);
    /// Returns when `take` may be tried again: when the unit is due or wanted and no lease holds
    /// it.
    fhir::Instant next(const std::string& connection, const std::string& unit,
                       fhir::Instant now) const;
    /// Extends the lease. False if it is lost.
    bool renew(const WardLease& lease, fhir::Instant until);
    /// Ends the lease: the unit is due again at `due`, and a wanted reading begins no sooner than
    /// `rest`. Does nothing and returns false if the lease is lost.
    bool giveBack(const WardLease& lease, fhir::Instant due, fhir::Instant rest = {});
    /// Whether the holder still has the lease; if so, it stays so until the transaction ends.
    static bool isHeld(Poco::Data::Session& session, const WardLease& lease);
    /// Makes every unit due at once; what is being read now will not be stored.
    static void makeAllDue(Poco::Data::Session& session);

private:
    Database& database_;
};

}  // namespace plugin::store
