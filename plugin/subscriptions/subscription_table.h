#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "fhir/base/clock.h"
#include "plugin/store/database.h"

namespace plugin::subscriptions {

/// What was last heard of each subscription at an EHR. Names nobody.
class SubscriptionTable {
public:
    /// Of one that was not heard for longer nothing is remembered.
    static constexpr std::chrono::hours kRetention{90 * 24};

    explicit SubscriptionTable(store::Database& database) : database_(database) {}

    /// Which numbers a subscription has told since it was looked at last.
    struct Heard {
        bool begins = false;            ///< it begins anew: its numbers count from 0
        std::set<std::int64_t> events;  ///< none: it was heard of, no more
    };
    /// Puts that on record. True where a number is missing between those that were known and these:
    /// a notification was lost, or is late. The first numbers of one that was not known miss none.
    bool record(const std::string& connection, const std::string& name, const Heard& heard,
                fhir::Instant now);

private:
    store::Database& database_;
};

}  // namespace plugin::subscriptions
