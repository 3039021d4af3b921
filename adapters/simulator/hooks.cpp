#include "adapters/simulator/hooks.h"

#include "fhir/base/error.h"
#include "fhir/base/hmac.h"
#include "fhir/base/random.h"
#include "fhir/r4/datatypes.h"

namespace adapters::simulator {
namespace {

using fhir::json::Writer;

constexpr std::size_t kMessagesMax = 1000;
constexpr std::size_t kSubscriptionsMax = 100;
constexpr std::chrono::seconds kTimeout{10};
constexpr const char* kHookJson = "application/fhir+json";

/// "Encounter" of "Encounter?status=arrived", and of "https://ehr.example/topics/Encounter.start".
std::string typeOf(std::string_view criteria) {
    criteria = criteria.substr(0, criteria.find('?'));
    criteria.remove_prefix(criteria.rfind('/') + 1);  // npos + 1 is 0
    return std::string(criteria.substr(0, criteria.find_first_of(".-")));
}

/// Whom a resource is about: "Patient/1", "" where nobody.
std::string patientOf(const Stored& stored) {
    const auto document = fhir::json::Document::parse(stored.text);
    for (const char* name : {"subject", "patient"})
        if (const auto reference = document.root().find(name); reference && reference->isObject())
            return reference->findString("reference").value_or("");
    return {};
}

void writeHookReference(Writer& writer, const char* name, const std::string& reference) {
    writer.key(name).beginObject().member("reference", reference).endObject();
}

void parameter(Writer& writer, std::string_view name, const char* value, const std::string& text) {
    writer.beginObject().member("name", name).member(value, text).endObject();
}

void referenceParameter(Writer& writer, std::string_view name, const std::string& reference) {
    writer.beginObject().member("name", name);
    writeHookReference(writer, "valueReference", reference);
    writer.endObject();
}

/// What one notification says of itself.
struct Status {
    std::string subscription, topic, type, focus, patient, number;
};

/// https://hl7.org/fhir/uv/subscriptions-backport/STU1.1, backport-subscription-status-r4
void writeParameters(Writer& writer, const Status& status) {
    writer.beginObject().member("resourceType", "Parameters").key("parameter").beginArray();
    referenceParameter(writer, "subscription", status.subscription);
    parameter(writer, "topic", "valueCanonical", status.topic);
    parameter(writer, "status", "valueCode", "active");
    parameter(writer, "type", "valueCode", status.type);
    parameter(writer, "events-since-subscription-start", "valueString", status.number);
    if (!status.focus.empty()) {
        writer.beginObject().member("name", "notification-event").key("part").beginArray();
        parameter(writer, "event-number", "valueString", status.number);
        referenceParameter(writer, "focus", status.focus);
        if (!status.patient.empty())
            referenceParameter(writer, "additional-context", status.patient);
        writer.endArray().endObject();
    }
    writer.endArray().endObject();
}

/// https://hl7.org/fhir/R4B/subscriptionstatus.html
void writeSubscriptionStatus(Writer& writer, const Status& status) {
    writer.beginObject().member("resourceType", "SubscriptionStatus");
    writer.member("status", "active").member("type", status.type);
    writer.member("eventsSinceSubscriptionStart", status.number);
    writeHookReference(writer, "subscription", status.subscription);
    writer.member("topic", status.topic);
    if (!status.focus.empty()) {
        writer.key("notificationEvent").beginArray().beginObject();
        writer.member("eventNumber", status.number);
        writeHookReference(writer, "focus", status.focus);
        if (!status.patient.empty()) {
            writer.key("additionalContext").beginArray().beginObject();
            writer.member("reference", status.patient).endObject().endArray();
        }
        writer.endObject().endArray();
    }
    writer.endObject();
}

}  // namespace

Hooks::Hooks(const NotificationForm& form, std::string base, fhir::http::Transport* network,
             std::function<void(const std::string& id)> activated)
    : form_(form), base_(std::move(base)), network_(network), activated_(std::move(activated)) {
    if (network_ != nullptr)
        thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

Hooks::~Hooks() = default;

std::string Hooks::notification(const std::string& id, const Subscription& subscription,
                                const Stored* about, std::string_view method) const {
    const auto events = form_.numbersEvents ? subscription.events : about == nullptr ? 0 : 1;
    const Status status{.subscription = base_ + "/Subscription/" + id,
                        .topic = subscription.topic,
                        .type = about == nullptr ? "handshake" : "event-notification",
                        .focus = about == nullptr ? "" : base_ + "/" + about->reference(),
                        .patient = about == nullptr ? "" : patientOf(*about),
                        .number = std::to_string(events)};
    Writer writer;
    writer.beginObject().member("resourceType", "Bundle").member("type", "history");
    writer.key("entry").beginArray();
    writer.beginObject().member("fullUrl", "urn:uuid:" + fhir::randomUuid()).key("resource");
    if (form_.subscriptionStatus)
        writeSubscriptionStatus(writer, status);
    else
        writeParameters(writer, status);
    writer.key("request").beginObject().member("method", "GET");
    writer.member("url", status.subscription + "/$status").endObject();
    writer.key("response").beginObject().member("status", "200").endObject().endObject();
    if (about != nullptr) {
        writer.beginObject().member("fullUrl", status.focus).key("request").beginObject();
        writer.member("method", method).member("url", about->reference()).endObject();
        writer.key("response").beginObject().member("status", "200").endObject().endObject();
    }
    return writer.endArray().endObject().take();
}

void Hooks::post(const std::string& id, const Subscription& subscription, std::string body,
                 bool isHandshake) {
    if (messages_.size() >= kMessagesMax) messages_.pop_front();
    Message message{id, {"POST", subscription.endpoint, subscription.headers, {}}, isHandshake};
    if (!body.empty()) message.request.headers.set("Content-Type", kHookJson);
    if (!subscription.secret.empty())
        message.request.headers.set(std::string(form_.signatureHeader),
                                    "sha256=" + fhir::hmacSha256(subscription.secret, body));
    message.request.body = std::move(body);
    messages_.push_back(std::move(message));
}

void Hooks::subscribe(const std::string& id, const fhir::json::Value& json,
                      const fhir::Headers& request) {
    const auto channel = json.at("channel");
    const auto criteria = json.at("criteria").string();
    if (channel.findString("type") != "rest-hook")
        throw fhir::Error(fhir::ErrorKind::Refused, "the only channel here is rest-hook",
                          "Subscription.channel.type")
            .withStatus(422);
    Subscription subscription{.endpoint = fhir::Url::parse(channel.at("endpoint").text()),
                              .headers = {},
                              .secret = {},
                              .topic = criteria.starts_with("http") ? criteria : "",
                              .type = typeOf(criteria)};
    subscription.hasPayload = channel.find("payload").has_value();
    for (const auto line : channel.findArray("header")) {
        const auto text = line.string();
        const auto colon = text.find(':');
        if (colon == std::string::npos) continue;
        const auto value = text.find_first_not_of(' ', colon + 1);
        subscription.headers.set(text.substr(0, colon),
                                 value == std::string::npos ? "" : text.substr(value));
    }
    if (!form_.secretHeader.empty())
        subscription.secret = fhir::Secret(request.find(form_.secretHeader).value_or(""));
    subscription.isActive = subscription.topic.empty();
    {
        const std::lock_guard lock(mutex_);
        if (subscriptions_.size() >= kSubscriptionsMax)
            throw fhir::Error(fhir::ErrorKind::Refused, "there are too many subscriptions")
                .withStatus(507);
        if (!subscription.isActive)
            post(id, subscription, notification(id, subscription, nullptr, {}), true);
        subscriptions_.insert_or_assign(id, std::move(subscription));
    }
    changed_.notify_all();
}

void Hooks::unsubscribe(const std::string& id) {
    const std::lock_guard lock(mutex_);
    subscriptions_.erase(id);
}

void Hooks::changed(const Stored& stored, std::string_view method) {
    {
        const std::lock_guard lock(mutex_);
        for (auto& [id, subscription] : subscriptions_) {
            if (!subscription.isActive || subscription.type != stored.type) continue;
            ++subscription.events;
            if (!subscription.topic.empty()) {
                post(id, subscription, notification(id, subscription, &stored, method), false);
                continue;
            }
            const bool isRemoved = method == "DELETE";
            if (isRemoved) continue;  // R4: a resource that is deleted notifies nobody
            post(id, subscription, subscription.hasPayload ? stored.text : "", false);
            if (!subscription.hasPayload) continue;
            auto& request = messages_.back().request;
            request.method = "PUT";
            request.url.path += "/" + stored.reference();
        }
    }
    changed_.notify_all();
}

void Hooks::run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, stop, [&] { return !messages_.empty(); }) &&
           !stop.stop_requested()) {
        const auto message = std::move(messages_.front());
        messages_.pop_front();
        lock.unlock();
        send(message);
        lock.lock();
    }
}

void Hooks::send(const Message& message) {
    int status = 0;
    try {
        status = network_->send(message.request, fhir::deadlineIn(kTimeout)).status;
    } catch (const fhir::Error&) {
        status = 0;  // it is not sent again: numbers show the gap
    }
    if (!message.isHandshake || status < 200 || status > 299) return;
    {
        const std::lock_guard lock(mutex_);
        const auto found = subscriptions_.find(message.subscription);
        if (found == subscriptions_.end()) return;
        found->second.isActive = true;
    }
    activated_(message.subscription);
}

}  // namespace adapters::simulator
