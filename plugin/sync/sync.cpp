#include "plugin/sync/sync.h"

#include <algorithm>

#include "fhir/base/error.h"
#include "fhir/base/log.h"
#include "plugin/sync/board.h"

namespace plugin::sync {

Sync::Sync(store::Database& database, std::vector<Unit> units, fhir::Clock clock)
    : table_(database), units_(std::move(units)), clock_(std::move(clock)) {}

void Sync::readUnit(const std::string& connection, const std::string& unit) {
    const auto known = std::find_if(units_.begin(), units_.end(), [&](const Unit& one) {
        return one.connection == connection && one.id == unit;
    });
    if (known == units_.end())
        throw fhir::Error(fhir::ErrorKind::NotFound, "there is no such unit");
    try {
        const auto startedAt = clock_.now();
        const auto ward = readWard(*known->adapter, known->worklist);
        table_.replace(connection, unit, ward.rows, startedAt, ward.problems);
        fhir::log::info("unit read", {{"connection", connection},
                                      {"unit", unit},
                                      {"stays", std::to_string(ward.rows.size())},
                                      {"problems", std::to_string(ward.problems.size())}});
    } catch (const fhir::Error& error) {
        fhir::log::warning("unit not read", {{"connection", connection},
                                             {"unit", unit},
                                             {"kind", fhir::toString(error.kind())},
                                             {"why", error.what()}});
        table_.recordFault(connection, unit, error.what());
        throw;
    }
}

void Sync::request(const std::string& connection, const std::string& unit) {
    {
        const std::lock_guard lock(mutex_);
        requested_.emplace(connection, unit);
    }
    changed_.notify_all();
}

bool Sync::takeRequest(const Unit& unit) {
    const std::lock_guard lock(mutex_);
    return requested_.erase({unit.connection, unit.id}) > 0;
}

void Sync::run(const std::stop_token& stop) {
    std::vector<fhir::Deadline> due(units_.size(), clock_.steady());
    while (!stop.stop_requested()) {
        for (std::size_t i = 0; i < units_.size() && !stop.stop_requested(); ++i) {
            const auto& unit = units_[i];
            if (!takeRequest(unit) && due[i] > clock_.steady()) continue;
            try {
                readUnit(unit.connection, unit.id);
            } catch (const fhir::Error& error) {
                // Recorded and logged where it happened; the next round is the retry.
                if (error.kind() == fhir::ErrorKind::Internal)
                    fhir::log::error("sync goes on after a fault of ours", {{"unit", unit.id}});
            }
            due[i] = clock_.steady() + unit.interval;
        }
        const auto next = due.empty() ? clock_.steady() + std::chrono::hours(1)
                                      : *std::min_element(due.begin(), due.end());
        std::unique_lock lock(mutex_);
        changed_.wait_until(lock, stop, next, [&] { return !requested_.empty(); });
    }
}

}  // namespace plugin::sync
