#pragma once

#include <condition_variable>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "adapters/adapter.h"
#include "fhir/base/clock.h"
#include "plugin/store/ward_table.h"

namespace plugin::sync {

/// A unit that is kept current.
struct Unit {
    std::string connection, id;
    adapters::WorklistQuery worklist;
    std::chrono::seconds interval{60};
    const adapters::Adapter* adapter = nullptr;
};

/// Keeps the projection of each unit: reads every unit at its interval, one at a time, so that a
/// slow EHR can never pile reads up. A read that fails leaves the rows as they are and is told
/// in the unit's state.
class Sync {
public:
    Sync(store::Database& database, std::vector<Unit> units, fhir::Clock clock = {});

    /// Reads one unit now. Throws Error when the EHR could not be read; that is then recorded.
    void readUnit(const std::string& connection, const std::string& unit);
    /// Asks the loop to read a unit soon, because something there has changed.
    void request(const std::string& connection, const std::string& unit);
    /// Reads units when they are due until a stop is asked for.
    void run(const std::stop_token& stop);

private:
    bool takeRequest(const Unit& unit);

    store::WardTable table_;
    std::vector<Unit> units_;
    fhir::Clock clock_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::set<std::pair<std::string, std::string>> requested_;
};

}  // namespace plugin::sync
