#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>

namespace plugin::subscriptions {

/// What a notification tells: whose data changed, never the data. What it says of a resource's
/// content is not trusted here; that is read from the EHR.
struct Notification {
    /// A longer notification is not read: anything may have changed.
    static constexpr std::size_t kBytesMax = 1024 * 1024;

    enum class Kind { Handshake, Heartbeat, Events };
    Kind kind = Kind::Events;
    std::string subscription;        ///< "Subscription/1"; "" if it does not say
    std::set<std::int64_t> numbers;  ///< event numbers, counted from the start of the subscription

    /// It is unknown what has changed, or the change may concern any unit.
    bool anything = false;
    std::set<std::string> stays;     ///< Encounter ids
    std::set<std::string> patients;  ///< Patient ids

    /// Reads the body of a notification: a Bundle of the Subscriptions R5 Backport (R4 and R4B,
    /// payload empty, id-only or full-resource), a resource, or nothing (R4, rest-hook). `target`:
    /// the resource that the address names, "Encounter/1"; "" if none. Throws Error{InvalidInput}
    /// if it is something else.
    static Notification read(const std::string& body, const std::string& target);

    /// A notification that was not read: anything may have changed.
    static Notification ofAnything();
};

}  // namespace plugin::subscriptions
