#include "plugin/subscriptions/notification_batcher.h"

#include <catch2/catch.hpp>

namespace notification_batcher_test {

using namespace std::chrono_literals;
using fhir::Deadline;
using plugin::subscriptions::Notification;
using plugin::subscriptions::NotificationBatcher;

namespace {

const Deadline kStart{1000s};
constexpr auto kQuiet = NotificationBatcher::kQuiet;

Notification of(const std::string& stay, std::int64_t number = 0) {
    Notification notification;
    notification.stays = {stay};
    notification.subscription = "Subscription/1";
    if (number > 0) notification.numbers = {number};
    return notification;
}

}  // namespace

TEST_CASE("gathered: what comes within a moment is looked into once", "[subscriptions]") {
    NotificationBatcher gathered;
    CHECK(gathered.next() == Deadline::max());
    for (int i = 1; i <= 100; ++i)
        gathered.add("general", of(i % 2 == 0 ? "e-1" : "e-2", i), kStart + 1ms * i);

    CHECK(gathered.next() == kStart + 1ms + kQuiet);  // the first counts: none is put off for ever
    CHECK_FALSE(gathered.take(kStart + kQuiet));
    const auto taken = gathered.take(kStart + 1ms + kQuiet);
    REQUIRE(taken);
    CHECK(taken->connection == "general");
    CHECK(taken->changes.notifications == 100);
    CHECK(taken->changes.stays == std::set<std::string>{"e-1", "e-2"});
    CHECK(taken->changes.heard.at("Subscription/1").events.size() == 100);
    CHECK_FALSE(taken->changes.anything);
    CHECK_FALSE(gathered.take(kStart + 1h));
    CHECK(gathered.next() == Deadline::max());
}

TEST_CASE("gathered: each connection has its own moment", "[subscriptions]") {
    NotificationBatcher gathered;
    gathered.add("a", of("e-1"), kStart);
    gathered.add("b", Notification::ofAnything(), kStart + 100ms);

    const auto first = gathered.take(kStart + kQuiet);
    REQUIRE(first);
    CHECK(first->connection == "a");
    CHECK_FALSE(gathered.take(kStart + kQuiet));
    const auto second = gathered.take(kStart + 100ms + kQuiet);
    REQUIRE(second);
    CHECK(second->connection == "b");
    CHECK(second->changes.anything);
    CHECK(second->changes.heard.empty());
}

TEST_CASE("gathered: too many names stand for everything", "[subscriptions]") {
    NotificationBatcher gathered;
    for (std::size_t i = 0; i <= NotificationBatcher::kNamesMax; ++i)
        gathered.add("general", of("e-" + std::to_string(i), static_cast<std::int64_t>(i + 1)),
                     kStart);

    const auto changes = gathered.take(kStart + kQuiet)->changes;
    CHECK(changes.anything);
    CHECK(changes.stays.empty());
    const auto& events = changes.heard.at("Subscription/1").events;
    CHECK(events.size() == NotificationBatcher::kNamesMax);
    CHECK(*events.begin() == 2);
}

TEST_CASE("gathered: too many subscriptions are not all remembered", "[subscriptions]") {
    NotificationBatcher gathered;
    auto notification = of("e-1");
    for (std::size_t i = 0; i <= NotificationBatcher::kSubscriptionsMax; ++i) {
        notification.subscription = "Subscription/" + std::to_string(i);
        gathered.add("general", notification, kStart);
    }

    CHECK(gathered.take(kStart + kQuiet)->changes.heard.size() ==
          NotificationBatcher::kSubscriptionsMax);
}

TEST_CASE("gathered: a handshake begins its subscription anew", "[subscriptions]") {
    NotificationBatcher gathered;
    Notification handshake;
    handshake.kind = Notification::Kind::Handshake;
    handshake.subscription = "Subscription/1";
    gathered.add("general", handshake, kStart);
    gathered.add("general", of("e-1", 1), kStart);

    CHECK(gathered.take(kStart + kQuiet)->changes.heard.at("Subscription/1").begins);
}

}  // namespace notification_batcher_test
