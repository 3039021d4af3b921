#include "plugin/store/engine/session_pool.h"

#include <list>
#include <mutex>
#include <thread>

#include "tests/support/store_fixture.h"

namespace session_pool_test {

using plugin::store::SessionPool;

TEST_CASE("session pool: whoever waits longest has the next session", "[store]") {
    constexpr int kWaiting = 4;
    test::TemporaryFolder folder;
    plugin::store::Options options;
    options.path = folder.file();
    SessionPool pool(plugin::store::makeSqliteEngine(options));
    std::list<SessionPool::SessionLease> all;
    for (int i = 0; i < SessionPool::kSessionsMax; ++i) all.emplace_back(pool);
    std::mutex mutex;
    std::vector<int> order;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < kWaiting; ++i) {
            threads.emplace_back([&, i] {
                const SessionPool::SessionLease mine(pool);
                const std::scoped_lock lock(mutex);
                order.push_back(i);
            });
            while (pool.waiting() != static_cast<std::size_t>(i) + 1) std::this_thread::yield();
        }
        all.pop_back();  // each of them hands it on to the next
    }

    CHECK(order == std::vector<int>{0, 1, 2, 3});
    CHECK(pool.waiting() == 0);
}

TEST_CASE("session pool: a session that was spoilt makes room for another", "[store]") {
    test::TemporaryFolder folder;
    plugin::store::Options options;
    options.path = folder.file();
    SessionPool pool(plugin::store::makeSqliteEngine(options));
    for (int i = 0; i < 2 * SessionPool::kSessionsMax; ++i) {
        SessionPool::SessionLease lease(pool);
        lease.invalidate();
    }

    SessionPool::SessionLease lease(pool);

    CHECK(lease.session().isConnected());
}

}  // namespace session_pool_test
