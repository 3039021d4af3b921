#include "adapters/fan_out.h"

#include <algorithm>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>

#include "adapters/search_query.h"

namespace adapters {
namespace {

using fhir::Error;
using fhir::ErrorKind;

constexpr std::size_t kUnansweredMax = 3;  ///< in a row: nobody is there
constexpr std::size_t kFailuresFirst = 8;  ///< where none has worked yet

bool isAnswered(const Error& error) noexcept {
    return error.kind() != ErrorKind::Unavailable || error.status() != 0;
}

/// Whether the error is about whoever asks, or about us, whatever was asked for.
bool isOfAll(const Error& error) noexcept {
    return error.kind() == ErrorKind::Unauthorized || error.kind() == ErrorKind::Internal ||
           error.kind() == ErrorKind::InvalidInput || error.status() == 429 || error.retryAfter();
}

/// The calls of one `fanOut`, and how they have ended so far.
class Calls {
public:
    Calls(std::size_t count, const std::function<void(std::size_t)>& work)
        : count_(count), work_(work) {}

    void run() {
        for (auto index = next(); index; index = next()) {
            try {
                work_(*index);
                noteDone();
            } catch (const Error& error) {
                note(*index, error);
            } catch (...) {  // carried over to the thread that waits, which throws it on
                end(std::current_exception());
            }
        }
    }

    std::map<std::size_t, Error> finish() {
        if (thrown_) std::rethrow_exception(thrown_);
        if (isGivenUp_)
            for (; next_ < count_; ++next_) failures_.emplace(next_, failures_.rbegin()->second);
        return std::move(failures_);
    }

private:
    std::optional<std::size_t> next() {
        const std::lock_guard lock(mutex_);
        if (thrown_ || isGivenUp_ || next_ == count_) return std::nullopt;
        return next_++;
    }

    void noteDone() {
        const std::lock_guard lock(mutex_);
        hasWorked_ = true;
        unanswered_ = 0;
    }

    void note(std::size_t index, const Error& error) {
        if (isOfAll(error)) return end(std::make_exception_ptr(error));
        const std::lock_guard lock(mutex_);
        failures_.emplace(index, error);
        unanswered_ = isAnswered(error) ? 0 : unanswered_ + 1;
        if (unanswered_ == kUnansweredMax && !thrown_) thrown_ = std::make_exception_ptr(error);
        isGivenUp_ = isGivenUp_ || (!hasWorked_ && failures_.size() >= kFailuresFirst);
    }

    void end(std::exception_ptr exception) {
        const std::lock_guard lock(mutex_);
        if (!thrown_) thrown_ = std::move(exception);
    }

    const std::size_t count_;
    const std::function<void(std::size_t)>& work_;
    std::mutex mutex_;
    std::size_t next_ = 0, unanswered_ = 0;
    std::map<std::size_t, Error> failures_;
    bool hasWorked_ = false, isGivenUp_ = false;
    std::exception_ptr thrown_;
};

}  // namespace

std::map<std::size_t, Error> fanOut(std::size_t count, int atOnce,
                                    const std::function<void(std::size_t)>& work) {
    Calls calls(count, work);
    const auto others = std::min(static_cast<std::size_t>(std::max(atOnce, 1)), count);
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 1; i < others; ++i) threads.emplace_back([&] { calls.run(); });
        calls.run();
    }
    return calls.finish();
}

std::map<std::string, Error> fanOutLists(
    const std::vector<std::string>& ids, int size, int atOnce,
    const std::function<void(const std::vector<std::string>&)>& work) {
    std::map<std::string, Error> result;
    std::vector<std::string> single;
    const auto lists = batches(ids, size);
    for (const auto& [index, error] :
         fanOut(lists.size(), atOnce, [&](std::size_t i) { work(lists[i]); }))
        for (const auto& id : lists[index])
            if (lists[index].size() > 1 && isAnswered(error))
                single.push_back(id);
            else
                result.emplace(id, error);
    for (const auto& [index, error] :
         fanOut(single.size(), atOnce, [&](std::size_t i) { work({single[i]}); }))
        result.emplace(single[index], error);
    return result;
}

bool isAway(const Error& error) noexcept {
    return error.kind() == ErrorKind::Unavailable || error.kind() == ErrorKind::BadReply;
}

}  // namespace adapters
