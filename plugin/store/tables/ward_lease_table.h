#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "fhir/base/clock.h"
#include "plugin/store/database.h"

namespace plugin::store {

/// The right to read a unit from the EHR, and to write down what was read.
struct WardLease {
    std::string connection{}, unit{};
    std::int64_t fence = 0;  ///< grows with each lease: an older one gives no right any more
    bool wasWanted = false;  ///< it is read because something there has changed
};

/// Which instance reads which unit, and when each is to be read again. Time comes in as a
/// parameter. What lies further ahead than any of our leases and readings can is not believed: a
/// clock was set.
class WardLeaseTable {
public:
    explicit WardLeaseTable(Database& database) : database_(database) {}

    /// Leases the unit until `now + lease` where it is due or wanted; nobody else gets it before.
    /// With `evenEarly`, whether or not it is. nullopt where somebody has it, or it is not. What
    /// was wanted until now is served by this lease.
    std::optional<WardLease> take(const std::string& connection, const std::string& unit,
                                  fhir::Instant now, std::chrono::seconds lease, bool evenEarly);
    /// Inside a transaction: the unit is wanted, because something there has changed; now, or when
    /// the EHR has rested from the last reading. As often as it is said meanwhile, it is read once.
    /// Returns when; nullopt where it was never read, and is due in any case.
    static std::optional<fhir::Instant> want(Poco::Data::Session& session,
                                             const std::string& connection, const std::string& unit,
                                             fhir::Instant now);
    /// When `take` may be tried again: when it is due or wanted, or a lease of somebody ends.
    fhir::Instant next(const std::string& connection, const std::string& unit,
                       fhir::Instant now) const;
    /// Holds it for longer. False where it is lost.
    bool renew(const WardLease& lease, fhir::Instant until);
    /// Gives it back; the unit is due then, and where it is wanted it rests as long. False, and
    /// nothing done, where it is lost.
    bool giveBack(const WardLease& lease, fhir::Instant due, fhir::Instant rest = {});
    /// Whether it is still the holder's; it stays so until the transaction ends.
    static bool isHeld(Poco::Data::Session& session, const WardLease& lease);
    /// Every unit is due at once, and what is being read now will not be written.
    static void makeAllDue(Poco::Data::Session& session);

private:
    Database& database_;
};

}  // namespace plugin::store
