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

/// Records reads without making anybody wait: they are queued, and one thread writes them in
/// batches.
///
/// If the queue is full, a reader waits until its own entry is written. A read is served without a
/// record only if the database refuses that entry too: `Counts::lost` counts it, and the log says
/// so. If the process is killed, queued entries are lost; while the database works, these are at
/// most the reads of `Options::delay` and of the batch that was being written.
class Trail {
public:
    struct Options {
        std::size_t waitingMax = 10'000;         ///< entries
        std::size_t batchMax = 500;              ///< entries of one transaction
        std::chrono::milliseconds delay{500};    ///< from the first entry of a batch to its writing
        std::chrono::milliseconds again{2'000};  ///< wait after a failed batch
        /// How long a page that reloads by itself counts as one look.
        std::chrono::seconds look{3'600};
        std::size_t looksMax = 100'000;  ///< looks remembered
        fhir::Clock clock{};
    };
    Trail(store::Database& database, Place place) : Trail(database, std::move(place), Options()) {}
    Trail(store::Database& database, Place place, Options options);
    /// Writes what is queued.
    ~Trail();
    Trail(const Trail&) = delete;
    Trail& operator=(const Trail&) = delete;

    const std::shared_ptr<const Place>& place() const noexcept { return place_; }

    /// Records a read. Never throws. May be called from any thread.
    void record(Entry entry) noexcept;
    /// Does the same for a page that reloads by itself: records the same patient on the same `page`
    /// once within Options::look.
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
    std::jthread thread_;  // last: the thread uses all other members
};

/// Records entries now, for programs that end right afterwards. Throws Error{Unavailable} or
/// Error{Internal} if the database does not take them.
void record(store::Database& database, const Place& place, const std::vector<Entry>& entries);

}  // namespace plugin::audit
