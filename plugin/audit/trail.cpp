#include "plugin/audit/trail.h"

#include <algorithm>

#include "fhir/base/error.h"
#include "fhir/base/log.h"

namespace plugin::audit {

Trail::Trail(store::Database& database, Place place, Options options)
    : database_(database),
      place_(std::make_shared<const Place>(std::move(place))),
      options_(std::move(options)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

Trail::~Trail() {
    thread_.request_stop();
    thread_.join();
    while (!waiting_.empty()) {
        const auto batch = take();
        if (writeBatch(batch)) continue;
        fhir::log::error("audit-lost", {{"entries", std::to_string(batch.size() + waiting_.size())},
                                        {"why", "the database did not take them before the end"}});
        return;
    }
}

void Trail::record(Entry entry) noexcept {
    try {
        std::unique_lock lock(mutex_);
        if (waiting_.size() < options_.waitingMax) {
            waiting_.push_back(std::move(entry));
            const bool wakes = waiting_.size() == 1 || waiting_.size() == options_.batchMax;
            lock.unlock();
            if (wakes) changed_.notify_all();
            return;
        }
        lock.unlock();
        if (!writeBatch({std::move(entry)})) lose(1, "the queue is full, and the database is away");
    } catch (const std::exception&) {
        lose(1, "it could not be queued");
    }
}

void Trail::recordLook(const std::string& page, Entry entry) noexcept {
    try {
        if (!isNewLook(page + "\n" + entry.connection + "\n" + entry.patient)) return;
    } catch (const std::exception&) {
        fhir::log::warning("audit-look-forgotten");  // once too often is on record, not too seldom
    }
    record(std::move(entry));
}

bool Trail::isNewLook(const std::string& look) {
    const auto now = options_.clock.steady();
    const std::scoped_lock lock(mutex_);
    if (looks_.size() >= options_.looksMax) {
        std::erase_if(looks_, [&](const auto& one) { return one.second <= now; });
        if (looks_.size() >= options_.looksMax) looks_.clear();
    }
    auto& until = looks_[look];
    if (until > now) return false;
    until = now + options_.look;
    return true;
}

Trail::Counts Trail::counts() const {
    const std::scoped_lock lock(mutex_);
    auto counts = counts_;
    counts.waiting += waiting_.size();
    return counts;
}

std::vector<Entry> Trail::take() {
    const auto size = static_cast<std::ptrdiff_t>(std::min(waiting_.size(), options_.batchMax));
    std::vector<Entry> batch(std::make_move_iterator(waiting_.begin()),
                             std::make_move_iterator(waiting_.begin() + size));
    waiting_.erase(waiting_.begin(), waiting_.begin() + size);
    return batch;
}

void Trail::run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
        changed_.wait(lock, stop, [&] { return !waiting_.empty(); });
        changed_.wait_for(lock, stop, options_.delay,
                          [&] { return waiting_.size() >= options_.batchMax; });
        if (stop.stop_requested()) return;
        auto batch = take();
        counts_.waiting = batch.size();
        lock.unlock();
        const bool isWritten = writeBatch(batch);
        lock.lock();
        counts_.waiting = 0;
        if (isWritten) continue;
        waiting_.insert(waiting_.begin(), std::make_move_iterator(batch.begin()),
                        std::make_move_iterator(batch.end()));
        changed_.wait_for(lock, stop, options_.again, [] { return false; });
    }
}

bool Trail::writeBatch(const std::vector<Entry>& batch) noexcept {
    try {
        std::vector<AuditRecord> records;
        records.reserve(batch.size());
        for (const auto& entry : batch) {
            try {
                records.push_back(toRecord(entry, *place_));
            } catch (const fhir::Error&) {
                lose(1, "it cannot be written as an AuditEvent");  // the others can
            }
        }
        database_.transaction(
            [&](Poco::Data::Session& session) { AuditTable(database_).append(session, records); });
        const std::scoped_lock lock(mutex_);
        counts_.written += records.size();
        return true;
    } catch (const std::exception& error) {
        fhir::log::error("audit-not-written",
                         {{"entries", std::to_string(batch.size())}, {"why", error.what()}});
    }
    return false;
}

void Trail::lose(std::size_t entries, const char* why) noexcept {
    {
        const std::scoped_lock lock(mutex_);
        counts_.lost += entries;
    }
    fhir::log::error("audit-lost", {{"entries", std::to_string(entries)}, {"why", why}});
}

void record(store::Database& database, const Place& place, const std::vector<Entry>& entries) {
    std::vector<AuditRecord> records;
    records.reserve(entries.size());
    for (const auto& entry : entries) records.push_back(toRecord(entry, place));
    database.transaction(
        [&](Poco::Data::Session& session) { AuditTable(database).append(session, records); });
}

}  // namespace plugin::audit
