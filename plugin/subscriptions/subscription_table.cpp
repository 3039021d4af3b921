#include "plugin/subscriptions/subscription_table.h"

#include <algorithm>

#include "plugin/store/engine/row.h"

namespace plugin::subscriptions {
namespace {

using namespace Poco::Data::Keywords;

struct LastRow {
    std::int64_t lastEvent = 0;

    template <class Self>
    static auto columns(Self& row) {
        return std::tie(row.lastEvent);
    }
};

/// Whether every number after `last` up to the highest is there. Repeats are harmless.
bool isWhole(std::int64_t last, const std::set<std::int64_t>& events) {
    const auto first = events.upper_bound(last);
    if (first == events.end()) return true;
    return *events.rbegin() - last == std::distance(first, events.end());
}

}  // namespace

bool SubscriptionTable::record(const std::string& connection, const std::string& name,
                               const Heard& heard, fhir::Instant now_) {
    bool isMissing = false;
    database_.transaction([&](Poco::Data::Session& session) {
        database_.lock(session, "subscription/" + connection);
        auto of = connection;
        auto called = name;
        auto oldest = store::toMilliseconds(now_ - kRetention);
        session << "DELETE FROM subscription WHERE heard_at < $1", use(oldest), now;
        const auto before = store::rowOf<LastRow>(
            (session << "SELECT last_event FROM subscription WHERE connection = $1 AND name = $2",
             use(of), use(called)));
        auto last = before && !heard.begins ? before->lastEvent : 0;
        // One that we have not heard of may have gone on for long.
        isMissing = (before || heard.begins) && !isWhole(last, heard.events);
        if (!heard.events.empty()) last = std::max(last, *heard.events.rbegin());
        auto moment = store::toMilliseconds(now_);
        session << "INSERT INTO subscription (connection, name, last_event, heard_at) "
                   "VALUES ($1, $2, $3, $4) ON CONFLICT (connection, name) "
                   "DO UPDATE SET last_event = excluded.last_event, heard_at = excluded.heard_at",
            use(of), use(called), use(last), use(moment), now;
    });
    return isMissing;
}

}  // namespace plugin::subscriptions
