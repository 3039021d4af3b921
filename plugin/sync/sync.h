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

/// From 0 to below 1; for the waits between readings, not for secrets.
double randomUnit();

/// Keeps the projection of each unit, by a few threads: units by their own schedule, those of
/// several EHRs side by side. A read that fails leaves the rows as they are and is told in the
/// unit's state.
///
/// Of several instances on one database one reads a unit, the one that has its lease; whichever
/// finds it due first. One that was stopped for longer than its lease, and goes on, writes nothing.
class Sync {
public:
    /// More connections than this leaves room for wait for each other.
    static constexpr int kThreadsMax = 64;

    struct Options {
        fhir::Clock clock{};
        std::function<double()> chance = randomUnit;
        /// How long a unit is one instance's before another may read it. Held for longer while it
        /// is being read, as long as `run` runs.
        std::chrono::seconds lease{60};
        /// The reading of a unit that is wanted begins no sooner than this after the end of the
        /// last, nor sooner than that one took: an EHR that tells of every change is half at rest.
        std::chrono::seconds rest{5};
        audit::Trail* trail = nullptr;  ///< where readings that brought something new are recorded
    };
    Sync(store::Database& database, std::vector<Unit> units)
        : Sync(database, std::move(units), Options{}) {}
    Sync(store::Database& database, std::vector<Unit> units, Options options);

    /// Reads one unit now, after the reading that is under way here. Throws Error when the EHR
    /// could not be read, which is then recorded, and Error{Conflict} where another instance is
    /// reading it.
    void readUnit(const std::string& connection, const std::string& unit);
    /// Asks for a unit to be read soon, because something there has changed. Does nothing for a
    /// unit that is not configured.
    void request(const std::string& connection, const std::string& unit);

    /// Has units of a connection read by whichever instance, now or when the EHR has rested from
    /// the last reading; all of them without `units`. As often as it is said until then, each is
    /// read once. Those that are listed by exports are not: vendors allow none so soon.
    void want(const std::string& connection,
              const std::optional<std::set<std::string>>& units = std::nullopt);
    /// What any instance wants read comes here, as a change like others.
    void heard(const store::Change& change);

    /// Reads units when they are due until a stop is asked for. What is under way then ends as soon
    /// as its adapter lets it, and leaves no trace where that was by an error.
    void run(const std::stop_token& stop);

private:
    std::optional<std::size_t> find(const std::string& connection, const std::string& unit) const;
    int threads() const;
    void work(const std::stop_token& stop);
    void readQuietly(const Schedule::Taken& taken, const std::stop_token& stop);
    /// Reads a unit that was taken from the schedule, where this instance gets its lease, and gives
    /// both back. False where it does not.
    bool readTaken(std::size_t index, bool evenEarly, const std::stop_token& stop);
    void followMerges(const Unit& unit, const std::vector<std::string>& replaced);
    void record(const Unit& unit) const;
    void readOnce(const Unit& unit, const store::WardLease& lease, const std::stop_token& stop);
    /// Who has left a unit may be on another one now.
    void followLeavers(const Unit& unit, const std::vector<store::WardRow>& before,
                       const std::vector<store::WardRow>& now);
    /// Gives the unit back to the schedule where there is no lease, or no database.
    std::optional<store::WardLease> takeLease(std::size_t index, bool evenEarly);
    void release(std::size_t index, const store::WardLease& lease, fhir::Deadline began,
                 std::chrono::milliseconds wait);
    void giveBack(std::size_t index, std::chrono::milliseconds wait, bool isWanted);
    /// Holds the leases of what is being read.
    void keepLeases(const std::stop_token& stop);

    store::Database& database_;
    store::WardTable table_;
    store::WardLeaseTable leases_;
    std::vector<Unit> units_;
    std::map<std::string, std::size_t> readingTopics_;  ///< of `units_`
    Options options_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    Schedule schedule_;
    std::map<std::size_t, store::WardLease> held_;  ///< by unit, while it is being read
};

}  // namespace plugin::sync
