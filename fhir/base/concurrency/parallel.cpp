#include "fhir/base/concurrency/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>

namespace fhir {

std::vector<std::optional<Error>> inParallel(std::size_t count, std::size_t concurrency,
                                             Deadline deadline,
                                             const std::function<void(std::size_t)>& task,
                                             const Clock& clock) {
    std::vector<std::optional<Error>> errors(count);
    std::atomic<std::size_t> next{0};
    std::mutex mutex;
    std::exception_ptr other;
    const auto work = [&] {
        for (std::size_t i = next++; i < count; i = next++) try {
                if (clock.steady() >= deadline)
                    throw Error(ErrorKind::Unavailable,
                                "the time allowed was over before it began");
                task(i);
            } catch (const Error& error) {
                errors[i] = error;
            } catch (...) {
                const std::lock_guard lock(mutex);
                if (!other) other = std::current_exception();
            }
    };
    {
        // This thread works, too.
        std::vector<std::jthread> threads;
        for (std::size_t i = 1; i < std::min(count, concurrency); ++i) threads.emplace_back(work);
        work();
    }
    if (other) std::rethrow_exception(other);
    return errors;
}

}  // namespace fhir
