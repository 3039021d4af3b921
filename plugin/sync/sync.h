#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "adapters/adapter.h"
#include "fhir/base/clock.h"
#include "plugin/audit/trail.h"
#include "plugin/store/change.h"
#include "plugin/store/tables/ward_lease_table.h"
#include "plugin/store/tables/ward_table.h"
#include "plugin/sync/schedule.h"

namespace plugin::sync {

/// A unit that is kept current.
struct Unit {
    std::string connection, id;
    adapters::WorklistQuery worklist;
    std::chrono::seconds interval{60};  ///< from the end of a reading to the next
    int atOnce = 2;  ///< how many units of this connection are read at the same time
    const adapters::Adapter* adapter = nullptr;
    const adapters::Adapter* companion = nullptr;  ///< the server that keeps what the EHR cannot
};

/// A random number from 0 to below 1; for the waits between readings, not for secrets.
double randomUnit();

/// Keeps the projection of each unit current, with a few threads: each unit by its own schedule,
/// those of several EHRs in parallel. A reading that fails leaves the rows as they are and is
/// recorded in the unit's state.
///
/// Of several instances on one database, only the one that has a unit's lease reads it: the first
/// that finds it due. An instance that was stopped for longer than its lease, and goes on, stores
/// nothing.
class Sync {
public:
    /// Connections that need more threads than this wait for each other.
    static constexpr int kThreadsMax = 64;

    struct Options {
        fhir::Clock clock{};
        std::function<double()> chance = randomUnit;
        /// How long an instance holds a unit before another may read it. Extended while the unit is
        /// being read, as long as `run` runs.
        std::chrono::seconds lease{60};
        /// A wanted reading of a unit begins no sooner than this after the end of the last one, and
        /// no sooner than that one took: even an EHR that tells of every change rests half of the
        /// time.
        std::chrono::seconds rest{5};
        audit::Trail* trail = nullptr;  ///< where readings that brought something new are recorded
    };
    Sync(store::Database& database, std::vector<Unit> units)
        : Sync(database, std::move(units), Options{}) {}
    Sync(store::Database& database, std::vector<Unit> units, Options options);

    /// Reads one unit now, after the reading that is under way here. Throws Error{NotFound} if
    /// there is no such unit, Error{Conflict} if another instance is reading it, and any Error,
    /// which is also recorded, if the EHR could not be read.
    void readUnit(const std::string& connection, const std::string& unit);
    /// Asks for a unit to be read soon, because something there has changed. Does nothing for a
    /// unit that is not configured.
    void request(const std::string& connection, const std::string& unit);

    /// Has units of a connection (all of them without `units`) read by any instance, now or when
    /// the EHR has rested from the last reading. Several calls until then cause one reading. Units
    /// that are listed by exports are left out: vendors do not allow exports so soon.
    void want(const std::string& connection,
              const std::optional<std::set<std::string>>& units = std::nullopt);
    /// Receives, as a change, what any instance wants to be read.
    void heard(const store::Change& change);

    /// Reads units when they are due until a stop is requested. A reading under way then ends as
    /// soon as its adapter allows; if an error ends it, that is not recorded.
    void run(const std::stop_token& stop);

private:
    std::optional<std::size_t> find(const std::string& connection, const std::string& unit) const;
    int threads() const;
    void work(const std::stop_token& stop);
    void readQuietly(const Schedule::Taken& taken, const std::stop_token& stop);
    /// Reads a unit that was taken from the schedule if this instance gets its lease, and gives
    /// both back. False if it does not get it.
    bool readTaken(std::size_t index, bool evenEarly, const std::stop_token& stop);
    void followMerges(const Unit& unit, const std::vector<std::string>& replaced);
    void record(const Unit& unit) const;
    void readOnce(const Unit& unit, const store::WardLease& lease, const std::stop_token& stop);
    /// Wants the other units of the connection if somebody has left this one: they may be there
    /// now.
    void followLeavers(const Unit& unit, const std::vector<store::WardRow>& before,
                       const std::vector<store::WardRow>& now);
    /// Gives the unit back to the schedule if there is no lease, or no database.
    std::optional<store::WardLease> takeLease(std::size_t index, bool evenEarly);
    void release(std::size_t index, const store::WardLease& lease, fhir::Deadline began,
                 std::chrono::milliseconds wait);
    void giveBack(std::size_t index, std::chrono::milliseconds wait, bool isWanted);
    /// Extends the leases of the units that are being read.
    void keepLeases(const std::stop_token& stop);

    store::Database& database_;
    store::WardTable table_;
    store::WardLeaseTable leases_;
    std::vector<Unit> units_;
    std::map<std::string, std::size_t> readingTopics_;  ///< index in `units_` by topic
    Options options_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    Schedule schedule_;
    std::map<std::size_t, store::WardLease> held_;  ///< by unit, while it is being read
};

}  // namespace plugin::sync
