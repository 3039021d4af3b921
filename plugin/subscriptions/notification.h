#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>

namespace plugin::subscriptions {

/// What a notification tells: whose data changed, never what they are. What an EHR says of a
/// resource's content is not believed here; it is read.
struct Notification {
    /// Of one that is longer nothing is read but that it came.
    static constexpr std::size_t kBytesMax = 1024 * 1024;

    enum class Kind { Handshake, Heartbeat, Events };
    Kind kind = Kind::Events;
    std::string subscription;        ///< "Subscription/1"; "" where it does not say
    std::set<std::int64_t> numbers;  ///< of events, counted from the start of the subscription

    /// What has changed cannot be told, or may concern any unit.
    bool anything = false;
    std::set<std::string> stays;     ///< Encounter ids
    std::set<std::string> patients;  ///< Patient ids

    /// Reads the body of a notification: a Bundle of the Subscriptions R5 Backport (R4 and R4B,
    /// payload empty, id-only or full-resource), a resource, or nothing (R4, rest-hook).
    /// `target`: what the address names besides, "Encounter/1"; "" nothing. Throws
    /// Error{InvalidInput} where it is something else.
    static Notification read(const std::string& body, const std::string& target);

    /// One of which nothing could be read but that it came.
    static Notification ofAnything();
};

}  // namespace plugin::subscriptions
