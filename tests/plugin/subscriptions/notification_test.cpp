#include "plugin/subscriptions/notification.h"

#include "tests/support/thrown.h"

namespace notification_test {

using plugin::subscriptions::Notification;
using Kind = Notification::Kind;
using Ids = std::set<std::string>;

namespace {

const std::string kBase = "https://ehr.example/fhir/";

/// A notification of the R5 Backport on R4. `events`: the parameters `notification-event`, with a
/// comma before each; `entries`: those after the first, likewise.
std::string backport(const std::string& type, const std::string& events = {},
                     const std::string& entries = {}, const std::string& since = "2") {
    return R"({"resourceType":"Bundle","type":"history","entry":[{"fullUrl":"urn:uuid:b21e",
        "resource":{"resourceType":"Parameters","parameter":[
            {"name":"subscription","valueReference":{
                "reference":"https://ehr.example/fhir/Subscription/7"}},
            {"name":"topic","valueCanonical":"https://ehr.example/topics/stay"},
            {"name":"status","valueCode":"active"},
            {"name":"type","valueCode":")" +
           type + R"("},{"name":"events-since-subscription-start","valueString":")" + since +
           R"("})" + events + R"(]},
        "request":{"method":"GET","url":"https://ehr.example/fhir/Subscription/7/$status"},
        "response":{"status":"200"}})" +
           entries + "]}";
}

std::string event(const std::string& number, const std::string& focus,
                  const std::string& context = {}) {
    auto text = R"(,{"name":"notification-event","part":[{"name":"event-number","valueString":")" +
                number + "\"}";
    if (!focus.empty())
        text += R"(,{"name":"focus","valueReference":{"reference":")" + kBase + focus + R"("}})";
    if (!context.empty())
        text +=
            R"(,{"name":"additional-context","valueReference":{"reference":")" + context + R"("}})";
    return text + "]}";
}

Notification read(const std::string& body, const std::string& target = {}) {
    return Notification::read(body, target);
}

}  // namespace

TEST_CASE("notification: ids alone are read from the Backport", "[subscriptions]") {
    const auto changes =
        read(backport("event-notification", event("1", "Encounter/e-1") + event("2", "Patient/p-1"),
                      R"(,{"fullUrl":"https://ehr.example/fhir/Encounter/e-1",
            "request":{"method":"PUT","url":"Encounter/e-1"},"response":{"status":"200"}})"));

    CHECK(changes.kind == Kind::Events);
    CHECK(changes.subscription == "Subscription/7");
    CHECK(changes.numbers == std::set<std::int64_t>{1, 2});
    CHECK_FALSE(changes.anything);
    CHECK(changes.stays == Ids{"e-1"});
    CHECK(changes.patients == Ids{"p-1"});
}

TEST_CASE("notification: of what is no stay the patient counts, where one is named",
          "[subscriptions]") {
    const auto known =
        read(backport("event-notification", event("2", "Observation/o-1", "Patient/p-1")));
    CHECK(known.patients == Ids{"p-1"});
    CHECK_FALSE(known.anything);

    const auto inStay =
        read(backport("event-notification", event("2", "Observation/o-1", "Encounter/e-1")));
    CHECK(inStay.stays == Ids{"e-1"});
    CHECK_FALSE(inStay.anything);

    CHECK(read(backport("event-notification", event("2", "Observation/o-1"))).anything);
    CHECK(read(backport("event-notification", event("2", ""))).anything);
    // Somebody may have come, whoever else is named.
    CHECK(read(backport("event-notification", event("2", "Appointment/a-1", "Patient/p-1")))
              .anything);
    CHECK(read(backport("event-notification", event("2", "List/l-1"))).anything);
}

TEST_CASE("notification: an empty one may be about anything", "[subscriptions]") {
    const auto changes = read(backport("event-notification"));

    CHECK(changes.anything);
    CHECK(changes.numbers == std::set<std::int64_t>{2});
}

TEST_CASE("notification: a handshake and a heartbeat are about nothing", "[subscriptions]") {
    const auto handshake = read(backport("handshake", "", "", "0"));
    CHECK(handshake.kind == Kind::Handshake);
    CHECK(handshake.subscription == "Subscription/7");
    CHECK(handshake.numbers.empty());
    CHECK_FALSE(handshake.anything);

    const auto heartbeat = read(backport("heartbeat", "", "", "9"));
    CHECK(heartbeat.kind == Kind::Heartbeat);
    CHECK(heartbeat.numbers == std::set<std::int64_t>{9});
    CHECK_FALSE(heartbeat.anything);
    CHECK(read(backport("query-status")).kind == Kind::Heartbeat);
}

TEST_CASE("notification: of whole resources the ids are read, and whose they are",
          "[subscriptions]") {
    const std::string observation =
        R"(,{"fullUrl":"https://ehr.example/fhir/Observation/o-1","resource":{
            "resourceType":"Observation","id":"o-1","subject":{"reference":"Patient/p-1"},
            "valueString":"To dance."}})";
    const auto named =
        read(backport("event-notification", event("2", "Observation/o-1"), observation));
    CHECK(named.patients == Ids{"p-1"});
    CHECK_FALSE(named.anything);

    const auto unnamed = read(backport("event-notification", "", observation));
    CHECK(unnamed.patients == Ids{"p-1"});
    CHECK_FALSE(unnamed.anything);
}

TEST_CASE("notification: the form of R4B is read", "[subscriptions]") {
    const auto changes = read(R"({"resourceType":"Bundle","type":"history","entry":[{"resource":{
        "resourceType":"SubscriptionStatus","status":"active","type":"event-notification",
        "eventsSinceSubscriptionStart":"1","eventsInNotification":1,
        "notificationEvent":[{"eventNumber":"1","focus":{"reference":"Patient/a-1.E-5"},
            "additionalContext":[{"reference":"Organization/a-1.Department-1"}]}],
        "subscription":{"reference":"Subscription/s-1"}}}]})");

    CHECK(changes.subscription == "Subscription/s-1");
    CHECK(changes.patients == Ids{"a-1.E-5"});
    CHECK_FALSE(changes.anything);
}

TEST_CASE("notification: plain R4 sends nothing, or a resource", "[subscriptions]") {
    CHECK(read("").anything);
    CHECK(read("", "Encounter/e-1").stays == Ids{"e-1"});
    CHECK_FALSE(read("", "Encounter/e-1").anything);
    CHECK(read("", "no reference").anything);

    const auto stay = read(R"({"resourceType":"Encounter","id":"e-1","status":"finished",
        "class":{"code":"IMP"},"subject":{"reference":"Patient/p-1"}})");
    CHECK(stay.stays == Ids{"e-1"});
    CHECK(stay.patients == Ids{"p-1"});
    const auto words = read(R"({"resourceType":"QuestionnaireResponse","id":"q-1",
        "subject":{"reference":"Patient/p-1"},"encounter":{"reference":"Encounter/e-9"}})");
    CHECK(words.patients == Ids{"p-1"});
    CHECK(words.stays.empty());  // a stay in which something was said has not changed
    CHECK(read(R"({"resourceType":"Observation","subject":{"display":"Somebody"}})").anything);
}

TEST_CASE("notification: what is none is refused", "[subscriptions]") {
    const auto body = GENERATE(as<std::string>(), "no JSON", "[]", "{}", R"({"resourceType":7})",
                               R"({"resourceType":"Bundle","type":"history"})",
                               R"({"resourceType":"Bundle","entry":[{"resource":{
                                   "resourceType":"Parameters"}}]})");

    CHECK(test::thrown([&] { read(body); }).kind() == fhir::ErrorKind::InvalidInput);
}

TEST_CASE("notification: what is too long is not read", "[subscriptions]") {
    const auto body =
        R"({"resourceType":"Basic","id":")" + std::string(Notification::kBytesMax, 'x') + "\"}";

    CHECK(test::thrown([&] { read(body); }).kind() == fhir::ErrorKind::InvalidInput);
}

}  // namespace notification_test
