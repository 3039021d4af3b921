#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "fhir/base/clock.h"

namespace fhir {

/// Lets a limited number through: of each key and of all, at once and within a second. Nobody
/// waits. May be used from several threads at once.
class Turns {
public:
    struct Limits {
        std::size_t atOnce, perSecond;
    };
    Turns(Limits all, Limits perKey) : all_(all), perKey_(perKey) {}
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

    /// nullopt if as many as may are through already, or were in this second.
    std::optional<Turn> take(const std::string& key, Deadline now) {
        const std::lock_guard lock(mutex_);
        if (now - secondBegan_ >= std::chrono::seconds(1)) {
            secondBegan_ = now;
            counted_ = {};
            countedOf_.clear();
        }
        if (taken_ >= all_.atOnce || counted_ >= all_.perSecond) return std::nullopt;
        const auto through = takenOf_.find(key), counted = countedOf_.find(key);
        if (through != takenOf_.end() && through->second >= perKey_.atOnce) return std::nullopt;
        if (counted != countedOf_.end() && counted->second >= perKey_.perSecond)
            return std::nullopt;
        ++takenOf_[key];
        ++taken_;
        ++countedOf_[key];
        ++counted_;
        return std::optional<Turn>(std::in_place, *this, key);
    }

private:
    void giveBack(const std::string& key) {
        const std::lock_guard lock(mutex_);
        --taken_;
        const auto found = takenOf_.find(key);
        if (--found->second == 0) takenOf_.erase(found);
    }

    const Limits all_, perKey_;
    std::mutex mutex_;
    std::size_t taken_ = 0, counted_ = 0;
    Deadline secondBegan_{};
    std::map<std::string, std::size_t> takenOf_, countedOf_;  ///< as many as are let through
};

}  // namespace fhir
