#include "fhir/r4/subscription_status.h"

#include "tests/support/resource.h"
#include "tests/support/text.h"

namespace subscription_status_test {

using fhir::SubscriptionStatus;
using test::read;

namespace {

const std::string kMinimal = R"({"resourceType":"Parameters","parameter":[
    {"name":"subscription","valueReference":{"reference":"Subscription/s-1"}},
    {"name":"type","valueCode":"heartbeat"}]})";

}  // namespace

TEST_CASE("subscription status: a notification with events is read", "[fhir]") {
    const auto status = read<SubscriptionStatus>(R"({"resourceType": "Parameters", "parameter": [
        {"name": "subscription", "valueReference": {"reference": "Subscription/s-1"}},
        {"name": "topic", "valueCanonical": "http://ehr.example/topics/admission"},
        {"name": "status", "valueCode": "active"},
        {"name": "type", "valueCode": "event-notification"},
        {"name": "events-since-subscription-start", "valueString": "310"},
        {"name": "notification-event", "part": [
            {"name": "event-number", "valueString": "309"},
            {"name": "event-number", "valueString": "no number"},
            {"name": "timestamp", "valueInstant": "2026-03-07T08:15:00Z"},
            {"name": "focus", "valueReference": {"reference": "Encounter/e-1"}},
            {"name": "additional-context", "valueReference": {"reference": "Patient/p-1"}}]},
        {"name": "notificationEvent", "part": [{"name": "eventNumber", "valueInteger": 310}]},
        {"name": "error", "valueCodeableConcept": {"text": "queue overflow"}}]})");

    CHECK(status.subscription.relative() == "Subscription/s-1");
    CHECK(status.topic == "http://ehr.example/topics/admission");
    CHECK(status.status == "active");
    CHECK(status.type == "event-notification");
    CHECK(status.eventsSinceSubscriptionStart == 310);
    REQUIRE(status.notificationEvent.size() == 2);
    CHECK(status.notificationEvent[0].eventNumber == 309);
    CHECK(status.notificationEvent[0].timestamp->text() == "2026-03-07T08:15:00Z");
    CHECK(status.notificationEvent[0].focus->relative() == "Encounter/e-1");
    CHECK(status.notificationEvent[0].additionalContext.at(0).relative() == "Patient/p-1");
    CHECK(status.notificationEvent[1].eventNumber == 310);
    CHECK(status.error.at(0).label() == "queue overflow");
}

TEST_CASE("subscription status: what R4B has for it is read as well", "[fhir]") {
    const auto status = read<SubscriptionStatus>(R"({"resourceType": "SubscriptionStatus",
        "status": "active", "type": "event-notification", "eventsSinceSubscriptionStart": "7",
        "subscription": {"reference": "Subscription/s-1"},
        "topic": "http://ehr.example/topics/patient-update",
        "notificationEvent": [{"eventNumber": "7", "timestamp": "2026-03-07T08:15:00Z",
            "focus": {"reference": "Patient/p-1"},
            "additionalContext": [{"reference": "Organization/o-1"}]}, {"eventNumber": 6}],
        "error": [{"text": "queue overflow"}]})");

    CHECK(status.subscription.relative() == "Subscription/s-1");
    CHECK(status.type == "event-notification");
    CHECK(status.eventsSinceSubscriptionStart == 7);
    REQUIRE(status.notificationEvent.size() == 2);
    CHECK(status.notificationEvent[0].eventNumber == 7);
    CHECK(status.notificationEvent[0].timestamp->text() == "2026-03-07T08:15:00Z");
    CHECK(status.notificationEvent[0].focus->relative() == "Patient/p-1");
    CHECK(status.notificationEvent[0].additionalContext.at(0).relative() == "Organization/o-1");
    CHECK(status.notificationEvent[1].eventNumber == 6);
    CHECK(status.error.at(0).label() == "queue overflow");
}

TEST_CASE("subscription status: a heartbeat is read", "[fhir]") {
    const auto status = read<SubscriptionStatus>(kMinimal);

    CHECK(status.type == "heartbeat");
    CHECK_FALSE(status.eventsSinceSubscriptionStart);
    CHECK(status.notificationEvent.empty());
}

// FHIR/fhir-candle, Bundle-notification-handshake.json.
TEST_CASE("subscription status: a subscription may be named by its text alone", "[fhir]") {
    const auto status = read<SubscriptionStatus>(
        test::changed(kMinimal, R"("valueReference":{"reference":"Subscription/s-1"})",
                      R"("valueString":"Subscription/s-1")"));

    CHECK(status.subscription.relative() == "Subscription/s-1");
    CHECK(status.type == "heartbeat");
}

TEST_CASE("subscription status: a count that is none is not one", "[fhir]") {
    const std::string count = GENERATE(as<std::string>(), "\"\"", "\"many\"", "\"-1\"", "\"1.5\"",
                                       "\"99999999999999999999\"");
    const auto text = R"({"resourceType":"Parameters","parameter":[
        {"name":"subscription","valueReference":{"reference":"Subscription/s-1"}},
        {"name":"type","valueCode":"heartbeat"},
        {"name":"events-since-subscription-start","valueString":)" +
                      count + "}]}";

    CHECK_FALSE(read<SubscriptionStatus>(text).eventsSinceSubscriptionStart);
}

TEST_CASE("subscription status: parameters of another kind are refused", "[fhir]") {
    CHECK(test::thrown([] {
              read<SubscriptionStatus>(R"({"resourceType":"Parameters","parameter":[
                  {"name":"type","valueCode":"heartbeat"}]})");
          }).kind() == fhir::ErrorKind::InvalidInput);
    CHECK(test::thrown([] {
              read<SubscriptionStatus>(R"({"resourceType":"Parameters"})");
          }).kind() == fhir::ErrorKind::InvalidInput);
    CHECK(test::thrown([] {
              read<SubscriptionStatus>(R"({"resourceType":"SubscriptionStatus"})");
          }).kind() == fhir::ErrorKind::InvalidInput);
}

TEST_CASE("subscription status: keeps every promise of a resource", "[fhir]") {
    test::checkHeader<SubscriptionStatus>(kMinimal);
}

}  // namespace subscription_status_test
