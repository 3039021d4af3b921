#include "plugin/sync/sync.h"

#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <map>
#include <random>
#include <thread>

#include "fhir/base/error.h"
#include "fhir/base/log.h"
#include "plugin/records/merges.h"
#include "plugin/store/tables/statement_table.h"
#include "plugin/sync/board.h"

namespace plugin::sync {
namespace {

using std::chrono::milliseconds;

/// How long after the end of somebody else's lease, or after a unit is due, it is tried again.
constexpr milliseconds kPause{100};
/// No longer than this does an EHR put off the next reading by a Retry-After.
constexpr milliseconds kAskedMax{std::chrono::hours(1)};
/// The way to list a unit that takes minutes, and that vendors bound by the hour.
constexpr std::string_view kExport = "group-export";

std::vector<Schedule::Unit> scheduled(const std::vector<Unit>& units) {
    std::vector<Schedule::Unit> result;
    for (const auto& unit : units) result.push_back({unit.connection, unit.atOnce});
    return result;
}

/// A unit takes much memory while it is read and none afterwards, which the allocator keeps for a
/// next time that may not come. Given back once so many stays have been read, by whichever thread.
void trimHeap([[maybe_unused]] std::size_t stays) {
#ifdef __GLIBC__
    constexpr std::size_t kStays = 1000;
    static std::atomic<std::size_t> read = 0;
    if ((read += stays) < kStays) return;
    read = 0;
    ::malloc_trim(0);
#endif
}

}  // namespace

double randomUnit() {
    thread_local std::minstd_rand source{std::random_device{}()};
    return std::uniform_real_distribution<double>(0.0, 1.0)(source);
}

Sync::Sync(store::Database& database, std::vector<Unit> units, Options options)
    : database_(database),
      table_(database),
      leases_(database),
      units_(std::move(units)),
      options_(std::move(options)),
      schedule_(scheduled(units_), options_.clock.steady()) {
    for (std::size_t i = 0; i < units_.size(); ++i)
        readingTopics_[store::readingTopic(database_.vault(), units_[i].connection, units_[i].id)] =
            i;
}

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
    if (!readTaken(*index, true, {}))
        throw fhir::Error(fhir::ErrorKind::Conflict,
                          "another instance of the service is reading this unit");
}

bool Sync::readTaken(std::size_t index, bool evenEarly, const std::stop_token& stop) {
    const auto lease = takeLease(index, evenEarly);
    if (!lease) return false;
    const auto usual = withJitter(units_[index].interval, options_.chance());
    const auto began = options_.clock.steady();
    try {
        readOnce(units_[index], *lease, stop);
    } catch (const fhir::Error& error) {
        // Whoever ends leaves the unit to the others at once.
        const auto asked = std::min(error.retryAfter().value_or(usual), kAskedMax);
        const auto wait = stop.stop_requested() ? milliseconds(0) : std::max(usual, asked);
        release(index, *lease, began, wait);
        throw;
    } catch (const std::exception&) {
        release(index, *lease, began, usual);
        throw;
    }
    release(index, *lease, began, usual);
    return true;
}

std::optional<store::WardLease> Sync::takeLease(std::size_t index, bool evenEarly) {
    const auto& unit = units_[index];
    milliseconds wait = unit.interval;
    try {
        const auto now = options_.clock.now();
        auto lease = leases_.take(unit.connection, unit.id, now, options_.lease, evenEarly);
        if (lease) {
            const std::lock_guard lock(mutex_);
            held_[index] = *lease;
            return lease;
        }
        const auto next = leases_.next(unit.connection, unit.id, now);
        wait = std::chrono::ceil<milliseconds>(next - now) + kPause;
    } catch (...) {
        giveBack(index, wait, evenEarly);  // no database, no reading
        throw;
    }
    giveBack(index, wait, evenEarly);
    return std::nullopt;
}

void Sync::release(std::size_t index, const store::WardLease& lease, fhir::Deadline began,
                   milliseconds wait) {
    {
        const std::lock_guard lock(mutex_);
        held_.erase(index);
    }
    // The lease first: who waits for the unit here gets both.
    try {
        const auto took = std::chrono::ceil<milliseconds>(options_.clock.steady() - began);
        const auto now = options_.clock.now();
        leases_.giveBack(lease, now + wait, now + std::max<milliseconds>(took, options_.rest));
    } catch (...) {
        giveBack(index, wait, false);
        throw;
    }
    giveBack(index, wait, false);
}

void Sync::giveBack(std::size_t index, milliseconds wait, bool isWanted) {
    {
        const std::lock_guard lock(mutex_);
        const auto now = options_.clock.steady();
        schedule_.finish(index, now, now + wait);
        if (isWanted) schedule_.request(index, now);
    }
    changed_.notify_all();
}

void Sync::followMerges(const Unit& unit, const std::vector<std::string>& replaced) {
    for (const auto& old : replaced) {
        const auto ours = store::StatementTable(database_).ofPatients(unit.connection, {old});
        if (ours.empty()) continue;  // nothing is left to move
        try {
            // The old record is asked itself: words do not move on one side's word.
            records::readFollowing(*unit.adapter, database_, unit.connection, old,
                                   options_.clock.now());
        } catch (const fhir::Error& error) {
            fhir::log::warning("a merge was not followed", {{"connection", unit.connection},
                                                            {"kind", fhir::toString(error.kind())},
                                                            {"why", error.what()}});
        }
    }
}

void Sync::record(const Unit& unit) const {
    if (options_.trail == nullptr) return;
    // The service reads for itself, again and again: one event for a reading that brought something
    // new, and not one for every patient every minute, among which no look of a person would be
    // found any more. Who is shown a patient is put on record when that is.
    options_.trail->record({.action = audit::Action::Query,
                            .at = options_.clock.now(),
                            .by = {.way = "sync"},
                            .isByUs = true,
                            .connection = unit.connection,
                            .query = "unit " + unit.id + " by " + unit.worklist.source});
}

void Sync::readOnce(const Unit& unit, const store::WardLease& lease, const std::stop_token& stop) {
    using Written = store::WardTable::Written;
    std::size_t stays = 0;
    try {
        const auto startedAt = options_.clock.now();
        const auto held = [&] { return table_.rows(unit.connection, unit.id); };
        const auto before = lease.wasWanted ? held() : std::vector<store::WardRow>();
        const auto ward = readWard(*unit.adapter, unit.worklist, startedAt, unit.companion, held);
        stays = ward.rows.size();
        followMerges(unit, ward.replaced);
        const auto written = table_.replace(unit.connection, unit.id, ward.rows, startedAt,
                                            ward.problemTexts(), &lease);
        if (written == Written::Changed) record(unit);
        fhir::log::info(written == Written::Lost ? "unit read too late" : "unit read",
                        {{"connection", unit.connection},
                         {"unit", unit.id},
                         {"stays", std::to_string(ward.rows.size())},
                         {"problems", std::to_string(ward.problems.size())},
                         {"about", ward.problemKinds()}});
        if (written == Written::Changed) followLeavers(unit, before, ward.rows);
    } catch (const fhir::Error& error) {
        if (stop.stop_requested()) throw;  // we did not let it end: that is no fault of the EHR
        fhir::log::warning("unit not read", {{"connection", unit.connection},
                                             {"unit", unit.id},
                                             {"kind", fhir::toString(error.kind())},
                                             {"why", error.what()}});
        table_.recordFault(unit.connection, unit.id, error.what(), &lease);
        throw;
    }
    trimHeap(stays);
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

void Sync::want(const std::string& connection, const std::optional<std::set<std::string>>& units) {
    database_.transaction([&](Poco::Data::Session& session) {
        for (const auto& unit : units_) {
            if (unit.connection != connection || (units && units->count(unit.id) == 0)) continue;
            if (unit.worklist.source == kExport) continue;
            const auto when =
                store::WardLeaseTable::want(session, connection, unit.id, options_.clock.now());
            if (!when) continue;
            const auto since = when->time_since_epoch();
            database_.announce(session,
                               {store::readingTopic(database_.vault(), connection, unit.id), "due",
                                std::to_string(std::chrono::ceil<milliseconds>(since).count())});
        }
    });
}

void Sync::heard(const store::Change& change) {
    const auto index = readingTopics_.find(change.topic);
    if (index == readingTopics_.end()) return;
    std::int64_t since = 0;
    std::from_chars(change.value.data(), change.value.data() + change.value.size(), since);
    const auto wait = milliseconds(since) - options_.clock.now().time_since_epoch();
    {
        const std::lock_guard lock(mutex_);
        schedule_.advance(index->second,
                          options_.clock.steady() + std::max<fhir::Instant::duration>(wait, {}));
    }
    changed_.notify_all();
}

void Sync::followLeavers(const Unit& unit, const std::vector<store::WardRow>& before,
                         const std::vector<store::WardRow>& now) {
    const auto hasLeft = [&](const store::WardRow& then) {
        return std::none_of(now.begin(), now.end(), [&](const store::WardRow& row) {
            return row.encounter == then.encounter;
        });
    };
    if (std::none_of(before.begin(), before.end(), hasLeft)) return;
    std::set<std::string> others;
    for (const auto& other : units_)
        if (other.id != unit.id) others.insert(other.id);
    want(unit.connection, others);
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
    keepLeases(stop);
}

void Sync::keepLeases(const std::stop_token& stop) {
    const milliseconds every = options_.lease / 3;
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
        changed_.wait_for(lock, stop, every, [] { return false; });
        if (stop.stop_requested()) return;
        const auto held = held_;
        lock.unlock();
        for (const auto& [index, lease] : held) {
            try {
                if (!leases_.renew(lease, options_.clock.now() + options_.lease))
                    fhir::log::info("unit's lease is over",
                                    {{"connection", lease.connection}, {"unit", lease.unit}});
            } catch (const fhir::Error& error) {
                fhir::log::warning("unit's lease not held", {{"connection", lease.connection},
                                                             {"unit", lease.unit},
                                                             {"why", error.what()}});
            }
        }
        lock.lock();
    }
}

void Sync::work(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
        if (const auto taken = schedule_.take(options_.clock.steady())) {
            lock.unlock();
            readQuietly(*taken, stop);
            lock.lock();
            continue;
        }
        // An hour at most: what lies further off is looked at again then.
        const auto until =
            std::min(schedule_.next(), options_.clock.steady() + std::chrono::hours(1));
        changed_.wait_until(lock, stop, until, [&] { return schedule_.next() < until; });
    }
}

void Sync::readQuietly(const Schedule::Taken& taken, const std::stop_token& stop) {
    try {
        readTaken(taken.unit, taken.wasRequested, stop);
    } catch (const fhir::Error& error) {
        // Recorded and logged where it happened; the next reading is the retry.
        if (error.kind() == fhir::ErrorKind::Internal)
            fhir::log::error("sync goes on after a fault of ours",
                             {{"unit", units_[taken.unit].id}});
    } catch (const std::exception&) {
        fhir::log::error("sync goes on after an unexpected fault",
                         {{"unit", units_[taken.unit].id}});
    }
}

}  // namespace plugin::sync
