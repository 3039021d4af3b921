#include "fhir/http/connection_pool.h"

#include <algorithm>

namespace fhir::http {
namespace {

constexpr std::size_t kIdleMax = 256;
/// An older one has likely been closed by the other side; a POST on it would end in doubt.
constexpr std::chrono::seconds kIdleTime{4};

}  // namespace

ConnectionPool::ConnectionPool(std::size_t perOriginMax)
    : perOriginMax_(std::max<std::size_t>(perOriginMax, 1)) {}

void ConnectionPool::forgetOld() {
    const auto oldest = std::chrono::steady_clock::now() - kIdleTime;
    std::erase_if(idle_, [&](const auto& entry) { return entry.second.since < oldest; });
}

ConnectionPool::Turn::Turn(ConnectionPool& pool, std::string origin, Deadline deadline)
    : pool_(pool), origin_(std::move(origin)) {
    std::unique_lock lock(pool_.mutex_);
    auto& inUse = pool_.inUse_[origin_];
    if (!pool_.ended_.wait_until(lock, deadline, [&] { return inUse < pool_.perOriginMax_; }))
        unavailable("all " + std::to_string(pool_.perOriginMax_) + " connections to " + origin_ +
                    " were busy for the time allowed");
    ++inUse;
}

ConnectionPool::Turn::~Turn() {
    {
        const std::lock_guard lock(pool_.mutex_);
        --pool_.inUse_[origin_];
    }
    // Those who wait may wait for different origins.
    pool_.ended_.notify_all();
}

std::unique_ptr<Connection> ConnectionPool::Turn::take() {
    const std::lock_guard lock(pool_.mutex_);
    pool_.forgetOld();
    const auto found = pool_.idle_.find(origin_);
    if (found == pool_.idle_.end()) return nullptr;
    auto connection = std::move(found->second.connection);
    pool_.idle_.erase(found);
    return connection->isStale() ? nullptr : std::move(connection);
}

void ConnectionPool::Turn::keep(std::unique_ptr<Connection> connection) {
    const std::lock_guard lock(pool_.mutex_);
    pool_.forgetOld();
    if (pool_.idle_.count(origin_) < pool_.perOriginMax_ && pool_.idle_.size() < kIdleMax)
        pool_.idle_.emplace(origin_, Idle{std::move(connection), std::chrono::steady_clock::now()});
}

}  // namespace fhir::http
