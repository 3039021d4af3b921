#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "fhir/base/clock.h"

namespace fhir {

/// What servers say beside their answers ("information informational") is counted, and goes into
/// the log, the same again only after an hour: a server may say it with every answer. May be used
/// from several threads at once.
class Remarks {
public:
    /// `step` says what was asked: "search Encounter".
    void tell(const std::string& step, const std::string& codes, Deadline now);
    /// How many there were.
    std::uint64_t count() const noexcept { return count_; }

private:
    std::atomic<std::uint64_t> count_ = 0;
    std::mutex mutex_;
    std::map<std::string, Deadline> told_;  // when the same may be told again
};

}  // namespace fhir
