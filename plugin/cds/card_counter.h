#pragma once

#include <map>
#include <mutex>
#include <tuple>

#include "fhir/base/concurrency/worker_pool.h"
#include "plugin/cds/card_id.h"
#include "plugin/cds/cds_table.h"

namespace plugin::cds {

/// Counts the cards that are shown, by connection, service and kind. A clinician does not wait for
/// a disk: the counts of a few seconds are written together, behind the answers, and the last of
/// them at the end of the service. A crash loses that many counts and nothing else.
class CardCounter {
public:
    /// `workers` may be made later, and must end earlier.
    CardCounter(store::Database& database, fhir::WorkerPool& workers, fhir::Clock clock)
        : table_(database), workers_(workers), clock_(std::move(clock)) {}
    /// Writes what is left.
    ~CardCounter();
    CardCounter(const CardCounter&) = delete;
    CardCounter& operator=(const CardCounter&) = delete;

    void add(const std::string& connection, int service, CardKind kind);
    /// Writes what was counted. What the database refuses is counted again with the next.
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
