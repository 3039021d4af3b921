#include "fhir/base/concurrency/worker_pool.h"

#include <atomic>
#include <future>
#include <memory>

namespace worker_pool_test {

using fhir::WorkerPool;

namespace {

/// A pool with one thread, which is held by its work until `release`.
struct Held {
    explicit Held(std::size_t waitingMax) : pool(std::make_unique<WorkerPool>(1, waitingMax)) {
        std::promise<void> begun;
        REQUIRE(pool->run([&begun, wait = gate.get_future().share()] {
            begun.set_value();
            wait.wait();
        }));
        begun.get_future().wait();
    }
    void release() { gate.set_value(); }

    std::promise<void> gate;
    std::unique_ptr<WorkerPool> pool;
};

}  // namespace

TEST_CASE("worker pool: takes as much as may wait, and no more", "[cds]") {
    Held held(2);

    CHECK(held.pool->run([] {}));
    CHECK(held.pool->run([] {}));
    CHECK_FALSE(held.pool->run([] {}));

    held.release();
    std::promise<void> last;
    while (!held.pool->run([&] { last.set_value(); })) std::this_thread::yield();
    last.get_future().wait();
}

TEST_CASE("worker pool: at its end what waits is not begun", "[cds]") {
    std::atomic<int> done = 0;
    Held held(10);
    for (int i = 0; i < 5; ++i) REQUIRE(held.pool->run([&] { ++done; }));

    auto ended = std::async(std::launch::async, [&] { held.pool.reset(); });
    // The pool is told to end while its thread is held; then the thread goes on.
    CHECK(ended.wait_for(std::chrono::milliseconds(500)) == std::future_status::timeout);
    held.release();
    ended.wait();

    CHECK(done == 0);
}

}  // namespace worker_pool_test
