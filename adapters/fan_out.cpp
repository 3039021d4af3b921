#include "adapters/fan_out.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace adapters {

void fanOut(std::size_t count, int atOnce, const std::function<void(std::size_t)>& work) {
    std::atomic<std::size_t> next{0};
    std::exception_ptr failure;
    std::mutex mutex;
    const auto run = [&] {
        for (auto index = next++; index < count; index = next++) {
            try {
                work(index);
            } catch (...) {  // carried over to the thread that waits, which throws it on
                const std::lock_guard lock(mutex);
                if (!failure) failure = std::current_exception();
                next = count;
            }
        }
    };
    const auto others = std::min(static_cast<std::size_t>(std::max(atOnce, 1)), count);
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 1; i < others; ++i) threads.emplace_back(run);
        run();
    }
    if (failure) std::rethrow_exception(failure);
}

}  // namespace adapters
