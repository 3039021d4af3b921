#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "fhir/base/clock.h"

namespace plugin::sync {

/// When which unit is read. Has no thread and no clock of its own; used by one thread at a time.
///
/// A unit is never read twice at once, and its next reading is counted from the end of the last:
/// an EHR that is slow is asked less often, never more. Of the units of one connection at most
/// `atOnce` are read at the same time, so that it cannot hold up another.
class Schedule {
public:
    /// How long after a reading one that is asked for begins, at the earliest: what is asked for
    /// ten times within that is read once.
    static constexpr std::chrono::seconds kGap{2};

    /// Every unit is due at `start`.
    struct Unit {
        std::string connection;
        int atOnce = 1;  ///< of its connection
    };
    Schedule(std::vector<Unit> units, fhir::Deadline start);

    /// A unit to be read now, the one that has waited longest; its reading has begun then. nullopt
    /// where none is due, or those that are must wait for others of their connection.
    struct Taken {
        std::size_t unit = 0;
        bool wasRequested = false;
    };
    std::optional<Taken> take(fhir::Deadline now);
    /// This one, whether or not it is due. False where it is being read.
    bool take(std::size_t unit);
    /// The reading of a unit has ended, and the next is due then; or earlier, where one was asked
    /// for meanwhile.
    void finish(std::size_t unit, fhir::Deadline now, fhir::Deadline due);
    /// Something there has changed: read it soon. Once more where it is being read, for that
    /// reading may have begun before the change.
    void request(std::size_t unit, fhir::Deadline now);

    /// It is due then at the latest; where it is being read, after that reading.
    void advance(std::size_t unit, fhir::Deadline due);

    /// When `take` may give a unit next; the end of time where that depends on others ending.
    fhir::Deadline next() const;

private:
    struct Entry {
        Unit unit;
        fhir::Deadline due, earliest;
        fhir::Deadline brought = fhir::Deadline::max();  ///< while it is being read
        bool isRunning = false, isRequested = false;
    };
    bool hasPlace(const Entry& entry) const;

    std::vector<Entry> entries_;
};

/// A time to wait before the next reading: `interval`, a tenth more or less, so that units and
/// instances that were started together do not go on together. `chance` is from 0 to below 1.
std::chrono::milliseconds withJitter(std::chrono::milliseconds interval, double chance);

}  // namespace plugin::sync
