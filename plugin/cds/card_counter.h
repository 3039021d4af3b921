#pragma once

#include <map>
#include <mutex>
#include <tuple>

#include "fhir/base/concurrency/worker_pool.h"
#include "plugin/cds/card_id.h"
#include "plugin/cds/cds_table.h"

namespace plugin::cds {

/// Counts the cards that are shown, by connection, service and kind. No clinician waits for the
/// disk: the counts of a few seconds are written together in the background, and the last ones when
/// the service ends. A crash loses only those counts.
class CardCounter {
public:
    /// `workers` may be constructed after this object, and must be destroyed before it.
    CardCounter(store::Database& database, fhir::WorkerPool& workers, fhir::Clock clock)
        : table_(database), workers_(workers), clock_(std::move(clock)) {}
    /// Writes what is left.
    ~CardCounter();
    CardCounter(const CardCounter&) = delete;
    CardCounter& operator=(const CardCounter&) = delete;

    void add(const std::string& connection, int service, CardKind kind);
    /// Writes the counts. Those that the database refuses are kept for the next write.
    void write();

private:
    using Key = std::tuple<std::string, int, CardKind, std::int64_t>;

    CdsTable table_;
    fhir::WorkerPool& workers_;
    fhir::Clock clock_;
    std::mutex mutex_;
    std::map<Key, std::int64_t> counts_;
    fhir::Deadline nextWrite_{}, nextForget_{};
};

}  // namespace plugin::cds
