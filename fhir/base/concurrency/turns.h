#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace fhir {

/// Lets a limited number through at once: of each key, and of all. Nobody waits. May be used from
/// several threads at once.
class Turns {
public:
    Turns(std::size_t all, std::size_t perKey) : all_(all), perKey_(perKey) {}
    Turns(const Turns&) = delete;
    Turns& operator=(const Turns&) = delete;

    /// Given back at its end.
    class Turn {
    public:
        Turn(Turns& turns, std::string key) : turns_(&turns), key_(std::move(key)) {}
        ~Turn() {
            if (turns_ != nullptr) turns_->giveBack(key_);
        }
        Turn(Turn&& other) noexcept
            : turns_(std::exchange(other.turns_, nullptr)), key_(std::move(other.key_)) {}
        Turn& operator=(Turn&&) = delete;

    private:
        Turns* turns_;
        std::string key_;
    };

    /// nullopt if as many as may are through already.
    std::optional<Turn> take(const std::string& key) {
        const std::lock_guard lock(mutex_);
        if (taken_ >= all_) return std::nullopt;
        auto& ofKey = takenOf_[key];
        if (ofKey >= perKey_) return std::nullopt;
        ++ofKey;
        ++taken_;
        return std::optional<Turn>(std::in_place, *this, key);
    }

private:
    void giveBack(const std::string& key) {
        const std::lock_guard lock(mutex_);
        --taken_;
        const auto found = takenOf_.find(key);
        if (--found->second == 0) takenOf_.erase(found);
    }

    const std::size_t all_, perKey_;
    std::mutex mutex_;
    std::size_t taken_ = 0;
    std::map<std::string, std::size_t> takenOf_;
};

}  // namespace fhir
