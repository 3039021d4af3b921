#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "adapters/adapter.h"
#include "fhir/base/clock.h"
#include "plugin/store/ward_table.h"
#include "plugin/sync/schedule.h"

namespace plugin::sync {

/// A unit that is kept current.
struct Unit {
    std::string connection, id;
    adapters::WorklistQuery worklist;
    std::chrono::seconds interval{60};  ///< from the end of a reading to the next
    int atOnce = 2;  ///< how many units of this connection are read at the same time
    const adapters::Adapter* adapter = nullptr;
};

/// From 0 to below 1; for the waits between readings, not for secrets.
double anyChance();

/// Keeps the projection of each unit, by a few threads: units by their own schedule, those of
/// several EHRs side by side. A read that fails leaves the rows as they are and is told in the
/// unit's state.
class Sync {
public:
    /// More connections than this leaves room for wait for each other.
    static constexpr int kThreadsMax = 64;

    struct Options {
        fhir::Clock clock{};
        std::function<double()> chance = anyChance;
    };
    Sync(store::Database& database, std::vector<Unit> units)
        : Sync(database, std::move(units), Options{}) {}
    Sync(store::Database& database, std::vector<Unit> units, Options options);

    /// Reads one unit now, after the reading that is under way. Throws Error when the EHR could
    /// not be read; that is then recorded.
    void readUnit(const std::string& connection, const std::string& unit);
    /// Asks for a unit to be read soon, because something there has changed. Does nothing for a
    /// unit that is not configured.
    void request(const std::string& connection, const std::string& unit);
    /// Reads units when they are due until a stop is asked for. What is under way then ends as soon
    /// as its adapter lets it, and leaves no trace where that was by an error.
    void run(const std::stop_token& stop);

private:
    std::optional<std::size_t> find(const std::string& connection, const std::string& unit) const;
    int threads() const;
    void work(const std::stop_token& stop);
    /// Reads a unit that was taken from the schedule, and gives it back.
    void readTaken(std::size_t index, const std::stop_token& stop);
    void readOnce(const Unit& unit, const std::stop_token& stop);

    store::WardTable table_;
    std::vector<Unit> units_;
    Options options_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    Schedule schedule_;
};

}  // namespace plugin::sync
