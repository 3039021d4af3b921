#include "plugin/sync/sync.h"

#include <algorithm>
#include <map>
#include <random>
#include <thread>

#include "fhir/base/error.h"
#include "fhir/base/log.h"
#include "plugin/sync/board.h"

namespace plugin::sync {
namespace {

std::vector<Schedule::Unit> scheduled(const std::vector<Unit>& units) {
    std::vector<Schedule::Unit> result;
    for (const auto& unit : units) result.push_back({unit.connection, unit.atOnce});
    return result;
}

}  // namespace

double anyChance() {
    thread_local std::minstd_rand source{std::random_device{}()};
    return std::uniform_real_distribution<double>(0.0, 1.0)(source);
}

Sync::Sync(store::Database& database, std::vector<Unit> units, Options options)
    : table_(database),
      units_(std::move(units)),
      options_(std::move(options)),
      schedule_(scheduled(units_), options_.clock.steady()) {}

std::optional<std::size_t> Sync::find(const std::string& connection,
                                      const std::string& unit) const {
    for (std::size_t i = 0; i < units_.size(); ++i)
        if (units_[i].connection == connection && units_[i].id == unit) return i;
    return std::nullopt;
}

void Sync::readUnit(const std::string& connection, const std::string& unit) {
    const auto index = find(connection, unit);
    if (!index) throw fhir::Error(fhir::ErrorKind::NotFound, "there is no such unit");
    {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return schedule_.take(*index); });
    }
    readTaken(*index, {});
}

void Sync::readTaken(std::size_t index, const std::stop_token& stop) {
    const auto& unit = units_[index];
    const auto finish = [&](std::chrono::milliseconds atLeast) {
        const auto now = options_.clock.steady();
        const auto wait = std::max(withJitter(unit.interval, options_.chance()), atLeast);
        {
            const std::lock_guard lock(mutex_);
            schedule_.finish(index, now, now + wait);
        }
        changed_.notify_all();
    };
    try {
        readOnce(unit, stop);
    } catch (const fhir::Error& error) {
        finish(error.retryAfter().value_or(std::chrono::milliseconds::zero()));
        throw;
    } catch (...) {
        finish(std::chrono::milliseconds::zero());
        throw;
    }
    finish(std::chrono::milliseconds::zero());
}

void Sync::readOnce(const Unit& unit, const std::stop_token& stop) {
    try {
        const auto startedAt = options_.clock.now();
        const auto ward = readWard(*unit.adapter, unit.worklist);
        table_.replace(unit.connection, unit.id, ward.rows, startedAt, ward.problems);
        fhir::log::info("unit read", {{"connection", unit.connection},
                                      {"unit", unit.id},
                                      {"stays", std::to_string(ward.rows.size())},
                                      {"problems", std::to_string(ward.problems.size())}});
    } catch (const fhir::Error& error) {
        if (stop.stop_requested()) throw;  // we did not let it end: that is no fault of the EHR
        fhir::log::warning("unit not read", {{"connection", unit.connection},
                                             {"unit", unit.id},
                                             {"kind", fhir::toString(error.kind())},
                                             {"why", error.what()}});
        table_.recordFault(unit.connection, unit.id, error.what());
        throw;
    }
}

void Sync::request(const std::string& connection, const std::string& unit) {
    const auto index = find(connection, unit);
    if (!index) return;
    {
        const std::lock_guard lock(mutex_);
        schedule_.request(*index, options_.clock.steady());
    }
    changed_.notify_all();
}

int Sync::threads() const {
    std::map<std::string, int> wanted;
    for (const auto& unit : units_) {
        auto& count = wanted[unit.connection];
        count = std::min(count + 1, unit.atOnce);
    }
    int all = 0;
    for (const auto& [connection, count] : wanted) all += count;
    return std::min(all, kThreadsMax);
}

void Sync::run(const std::stop_token& stop) {
    std::vector<std::jthread> workers;
    for (int i = threads(); i > 0; --i) workers.emplace_back([&] { work(stop); });
}

void Sync::work(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
        if (const auto index = schedule_.take(options_.clock.steady())) {
            lock.unlock();
            try {
                readTaken(*index, stop);
            } catch (const fhir::Error& error) {
                // Recorded and logged where it happened; the next reading is the retry.
                if (error.kind() == fhir::ErrorKind::Internal)
                    fhir::log::error("sync goes on after a fault of ours",
                                     {{"unit", units_[*index].id}});
            } catch (const std::exception&) {
                fhir::log::error("sync goes on after an unexpected fault",
                                 {{"unit", units_[*index].id}});
            }
            lock.lock();
            continue;
        }
        // An hour at most: what lies further off is looked at again then.
        const auto until =
            std::min(schedule_.next(), options_.clock.steady() + std::chrono::hours(1));
        changed_.wait_until(lock, stop, until, [&] { return schedule_.next() < until; });
    }
}

}  // namespace plugin::sync
