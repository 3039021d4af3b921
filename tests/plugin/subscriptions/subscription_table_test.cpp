#include "plugin/subscriptions/subscription_table.h"

#include "tests/support/store_fixture.h"

namespace subscription_table_test {

using plugin::subscriptions::SubscriptionTable;
using test::kNoon;
using namespace std::chrono_literals;

namespace {

struct Subscriptions {
    bool hear(std::set<std::int64_t> events, bool begins = false,
              const std::string& name = "Subscription/1") {
        return table.hear("general", name, {begins, std::move(events)}, kNoon);
    }
    test::Store store;
    SubscriptionTable table{store.database};
};

}  // namespace

TEST_CASE("subscription table: a number that is missing shows once", "[store]") {
    Subscriptions subscriptions;
    CHECK_FALSE(subscriptions.hear({7}));  // not known before: where it began nobody can tell
    CHECK_FALSE(subscriptions.hear({8, 9}));
    CHECK(subscriptions.hear({11}));
    CHECK_FALSE(subscriptions.hear({10}));  // late, and looked into already
    CHECK_FALSE(subscriptions.hear({11}));
    CHECK(subscriptions.hear({12, 14}));
    CHECK_FALSE(subscriptions.hear({15}));
    CHECK_FALSE(subscriptions.hear({1}, false, "Subscription/2"));
}

TEST_CASE("subscription table: one that begins anew counts anew", "[store]") {
    Subscriptions subscriptions;
    subscriptions.hear({41});

    CHECK_FALSE(subscriptions.hear({}, true));
    CHECK_FALSE(subscriptions.hear({1}));
    CHECK(subscriptions.hear({3}));
    CHECK(subscriptions.hear({2}, true));  // its first was lost
}

TEST_CASE("subscription table: one that is not heard of for long is forgotten", "[store]") {
    Subscriptions subscriptions;
    subscriptions.hear({1});
    subscriptions.table.hear("other", "Subscription/9", {}, kNoon + SubscriptionTable::kKept + 1s);

    CHECK_FALSE(subscriptions.hear({7}));  // as if for the first time
}

TEST_CASE("subscription table: each connection has its own", "[store]") {
    Subscriptions subscriptions;
    subscriptions.hear({1});

    CHECK_FALSE(subscriptions.table.hear("other", "Subscription/1", {false, {7}}, kNoon));
}

}  // namespace subscription_table_test
