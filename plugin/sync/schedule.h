#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "fhir/base/clock.h"

namespace plugin::sync {

/// Decides when each unit is read. Has no thread and no clock of its own; used by one thread at a
/// time.
///
/// A unit is never read twice at once, and its next reading is counted from the end of the last:
/// an EHR that is slow is asked less often, never more. Of the units of one connection at most
/// `atOnce` are read at the same time, so that it cannot hold up another.
class Schedule {
public:
    /// The shortest time from the end of a reading to one that is requested: ten requests within it
    /// cause one reading.
    static constexpr std::chrono::seconds kGap{2};

    struct Unit {
        std::string connection;
        int atOnce = 1;  ///< of its connection, read at the same time
    };
    /// Every unit is due at `start`.
    Schedule(std::vector<Unit> units, fhir::Deadline start);

    struct Taken {
        std::size_t unit = 0;
        bool wasRequested = false;
    };
    /// Returns a unit to be read now, the one that has waited longest; its reading begins with this
    /// call. nullopt if none is due, or those that are due must wait for others of their
    /// connection.
    std::optional<Taken> take(fhir::Deadline now);
    /// Takes this unit, whether or not it is due. False if it is being read.
    bool take(std::size_t unit);
    /// Ends the reading of a unit; the next is due at `due`, or earlier if one was requested
    /// meanwhile.
    void finish(std::size_t unit, fhir::Deadline now, fhir::Deadline due);
    /// Asks for the unit to be read soon, because something there has changed. If it is being read,
    /// it is read once more, because that reading may have begun before the change.
    void request(std::size_t unit, fhir::Deadline now);

    /// Makes the unit due at `due` at the latest; if it is being read, after that reading.
    void advance(std::size_t unit, fhir::Deadline due);

    /// When `take` may return a unit next; the end of time if a running reading must end first.
    fhir::Deadline next() const;

private:
    struct Entry {
        Unit unit;
        fhir::Deadline due, earliest;
        fhir::Deadline brought = fhir::Deadline::max();  ///< by `advance`, during a reading
        bool isRunning = false, isRequested = false;
    };
    bool hasPlace(const Entry& entry) const;

    std::vector<Entry> entries_;
};

/// The time to wait before the next reading: `interval`, up to a tenth more or less, so that units
/// and instances that started together do not stay in step. `chance` is from 0 to below 1.
std::chrono::milliseconds withJitter(std::chrono::milliseconds interval, double chance);

}  // namespace plugin::sync
