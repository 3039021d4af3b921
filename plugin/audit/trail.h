#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "plugin/audit/entry.h"

namespace plugin::audit {

/// How reads get on record without anybody waiting for it: they are queued, and one thread writes
/// them in batches.
///
/// Where the queue is full, whoever reads waits until theirs is written: what is read is on
/// record, or about to be. Only where the database cannot take it either is a read served that
/// nothing tells of; it is counted (`Counts::lost`) and the log says so. What is queued when
/// the process is killed is lost: the reads of `Options::delay` at most, and of the batch
/// that was being written.
class Trail {
public:
    struct Options {
        std::size_t waitingMax = 10'000;         ///< entries
        std::size_t batchMax = 500;              ///< entries of one transaction
        std::chrono::milliseconds delay{500};    ///< from the first of a batch to its writing
        std::chrono::milliseconds again{2'000};  ///< after a batch that could not be written
        /// For how long a page that shows the same again by itself is one look.
        std::chrono::seconds look{3'600};
        std::size_t looksMax = 100'000;  ///< that are remembered
        fhir::Clock clock{};
    };
    Trail(store::Database& database, Place place) : Trail(database, std::move(place), Options()) {}
    Trail(store::Database& database, Place place, Options options);
    /// Writes what is queued.
    ~Trail();
    Trail(const Trail&) = delete;
    Trail& operator=(const Trail&) = delete;

    const std::shared_ptr<const Place>& place() const noexcept { return place_; }

    /// Something was read. Never throws. From any thread.
    void record(Entry entry) noexcept;
    /// The same of a page that reads itself again: `page` showing the same patient again within
    /// Options::look is on record already.
    void recordLook(const std::string& page, Entry entry) noexcept;

    struct Counts {
        std::size_t waiting = 0;  ///< now
        std::uint64_t written = 0, lost = 0;
    };
    Counts counts() const;

private:
    void run(const std::stop_token& stop);
    std::vector<Entry> take();
    bool writeBatch(const std::vector<Entry>& batch) noexcept;
    void lose(std::size_t entries, const char* why) noexcept;
    bool isNewLook(const std::string& look);

    store::Database& database_;
    std::shared_ptr<const Place> place_;
    const Options options_;
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    std::deque<Entry> waiting_;
    Counts counts_;
    std::map<std::string, fhir::Deadline> looks_;
    std::jthread thread_;  // last: it uses all of them
};

/// Puts entries on record now, for programs that end right after. Throws Error{Unavailable,
/// Internal} where the database does not take them.
void record(store::Database& database, const Place& place, const std::vector<Entry>& entries);

}  // namespace plugin::audit
