#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "fhir/base/clock.h"
#include "plugin/store/database.h"

namespace plugin::subscriptions {

/// Stores what was last heard of each subscription at an EHR. Names nobody.
class SubscriptionTable {
public:
    /// A subscription that was not heard for longer is forgotten.
    static constexpr std::chrono::hours kRetention{90 * 24};

    explicit SubscriptionTable(store::Database& database) : database_(database) {}

    /// The event numbers of a subscription since the last `record`.
    struct Heard {
        bool begins = false;            ///< it starts again: its numbers count from 0
        std::set<std::int64_t> events;  ///< empty: it was heard, but told no event
    };
    /// Records these numbers. True if one is missing between the known numbers and these: a
    /// notification was lost, or is late. Never true for the first numbers of an unknown
    /// subscription, unless it `begins`.
    bool record(const std::string& connection, const std::string& name, const Heard& heard,
                fhir::Instant now);

private:
    store::Database& database_;
};

}  // namespace plugin::subscriptions
