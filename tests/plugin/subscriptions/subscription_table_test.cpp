#include "plugin/subscriptions/subscription_table.h"

#include "tests/support/store_fixture.h"

namespace subscription_table_test {

using plugin::subscriptions::SubscriptionTable;
using test::kNoon;
using namespace std::chrono_literals;

namespace {

struct Subscriptions {
    bool record(std::set<std::int64_t> events, bool begins = false,
                const std::string& name = "Subscription/1") {
        return table.record("general", name, {begins, std::move(events)}, kNoon);
    }
    test::Store store;
    SubscriptionTable table{store.database};
};

}  // namespace

TEST_CASE("subscription table: a number that is missing shows once", "[store]") {
    Subscriptions subscriptions;
    CHECK_FALSE(subscriptions.record({7}));  // not known before: where it began nobody can tell
    CHECK_FALSE(subscriptions.record({8, 9}));
    CHECK(subscriptions.record({11}));
    CHECK_FALSE(subscriptions.record({10}));  // late, and looked into already
    CHECK_FALSE(subscriptions.record({11}));
    CHECK(subscriptions.record({12, 14}));
    CHECK_FALSE(subscriptions.record({15}));
    CHECK_FALSE(subscriptions.record({1}, false, "Subscription/2"));
}

TEST_CASE("subscription table: one that begins anew counts anew", "[store]") {
    Subscriptions subscriptions;
    subscriptions.record({41});

    CHECK_FALSE(subscriptions.record({}, true));
    CHECK_FALSE(subscriptions.record({1}));
    CHECK(subscriptions.record({3}));
    CHECK(subscriptions.record({2}, true));  // its first was lost
}

TEST_CASE("subscription table: one that is not heard of for long is forgotten", "[store]") {
    Subscriptions subscriptions;
    subscriptions.record({1});
    subscriptions.table.record("other", "Subscription/9", {},
                               kNoon + SubscriptionTable::kRetention + 1s);

    CHECK_FALSE(subscriptions.record({7}));  // as if for the first time
}

TEST_CASE("subscription table: each connection has its own", "[store]") {
    Subscriptions subscriptions;
    subscriptions.record({1});

    CHECK_FALSE(subscriptions.table.record("other", "Subscription/1", {false, {7}}, kNoon));
}

}  // namespace subscription_table_test
