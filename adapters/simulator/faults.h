#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/simulator/chance.h"

namespace adapters::simulator {

/// A kind of failure, and for which part of all requests.
struct Fault {
    enum class Kind {
        ReplyLost,     ///< carried out; the connection closes without an answer
        Closed,        ///< not carried out; the connection closes without an answer
        Truncated,     ///< carried out; half of the answer arrives
        Empty,         ///< carried out; the answer has no body
        Delayed,       ///< carried out; the answer arrives late
        Status,        ///< not carried out; a status from 400 to 599
        TokenExpired,  ///< not carried out; 401 as in RFC 6750
        Html,          ///< not carried out; 200 with the page of a proxy that wants a login
    };
    Kind kind{};
    double probability = 0;
    int status = 0;
    std::chrono::milliseconds delay{0};

    /// Reads "reply-lost:0.1", "status-429:0.2" or "delay-ms:800:0.1". Throws Error{InvalidInput}
    /// that says what is wrong and lists the faults.
    static Fault parse(std::string_view spec);
};

/// What goes wrong with one request: at most one failure, and a delay.
struct Mishap {
    std::optional<Fault> failure;
    std::chrono::milliseconds delay{0};
    bool is(Fault::Kind kind) const noexcept { return failure && failure->kind == kind; }
};

/// Chooses for each request, in the order of their arrival; the same seed gives the same choices.
/// Synchronised.
class Faults {
public:
    Faults(std::vector<Fault> faults, std::uint64_t seed)
        : faults_(std::move(faults)), chance_(seed) {}
    Mishap next();
    /// Sets the faults from the next request on; {}: none.
    void become(std::vector<Fault> faults);

private:
    std::vector<Fault> faults_;
    std::mutex mutex_;
    Chance chance_;
};

}  // namespace adapters::simulator
