#include "plugin/subscriptions/endpoint.h"

#include <map>
#include <memory>
#include <mutex>

#include "fhir/base/error.h"
#include "fhir/base/log.h"
#include "plugin/connections/connections.h"
#include "plugin/subscriptions/notification_authentication.h"

namespace plugin::subscriptions {
namespace {

using fhir::Error;
using fhir::ErrorKind;
using std::chrono::seconds;

/// Of so many of one connection within a second the content is read; those beyond mean that
/// anything may have changed.
constexpr int kReadPerSecond = 50;
/// Refusals of a connection are logged no more often.
constexpr seconds kLogEvery{10};

class Endpoint {
public:
    Endpoint(const Uses& uses, Receiver& receiver, Counter count)
        : uses_(uses), receiver_(receiver), count_(std::move(count)) {}

    http_server::Response take(const http_server::Request& request, const std::string& target) {
        const auto* connection = uses_.connections.find(request.parameters.at("connection"));
        if (connection == nullptr || !connection->settings.subscriptions)
            throw Error(ErrorKind::NotFound, "There is no such address.");
        const auto& settings = connection->settings;
        if (const auto why =
                whyNotAuthentic(*settings.subscriptions, settings.profile.subscriptions, request)) {
            refuse(settings.id, *why);
            throw Error(ErrorKind::Unauthorized, "This address answers its EHR only.");
        }
        auto notification = read(settings.id, request.body, target);
        if (!settings.profile.subscriptions.numbersEvents) notification.numbers.clear();
        receiver_.receive(settings.id, notification);
        return {200, {}, {}, {}, {}};
    }

private:
    /// Of one connection.
    struct Pace {
        fhir::Deadline second{}, nextLog{};
        int read = 0;
    };

    Notification read(const std::string& connection, const std::string& body,
                      const std::string& target) {
        if (!mayRead(connection)) {
            count_(connection, "events");
            return Notification::ofAnything();
        }
        try {
            auto notification = Notification::read(body, target);
            count_(connection, nameOf(notification.kind));
            return notification;
        } catch (const Error& error) {
            // It is the EHR's all the same: a refusal would only make it give up.
            count_(connection, "unreadable");
            if (mayLog(connection))
                fhir::log::warning(
                    "notification not understood; every unit is read",
                    {{"connection", connection}, {"why", error.what()}, {"path", error.path()}});
            return Notification::ofAnything();
        }
    }

    static std::string nameOf(Notification::Kind kind) {
        switch (kind) {
            case Notification::Kind::Handshake:
                return "handshake";
            case Notification::Kind::Heartbeat:
                return "heartbeat";
            case Notification::Kind::Events:
                return "events";
        }
        return {};
    }

    void refuse(const std::string& connection, const std::string& why) {
        count_(connection, "refused");
        if (mayLog(connection))
            fhir::log::warning("notification refused", {{"connection", connection}, {"why", why}});
    }

    bool mayRead(const std::string& connection) {
        const std::lock_guard lock(mutex_);
        auto& pace = paces_[connection];
        const auto now = uses_.clock.steady();
        if (now - pace.second >= seconds(1)) {
            pace.second = now;
            pace.read = 0;
        }
        return ++pace.read <= kReadPerSecond;
    }

    bool mayLog(const std::string& connection) {
        const std::lock_guard lock(mutex_);
        auto& pace = paces_[connection];
        const auto now = uses_.clock.steady();
        if (now < pace.nextLog) return false;
        pace.nextLog = now + kLogEvery;
        return true;
    }

    const Uses uses_;
    Receiver& receiver_;
    const Counter count_;
    std::mutex mutex_;
    std::map<std::string, Pace> paces_;  ///< of connections that are configured
};

}  // namespace

void addEndpoint(http_server::Router& router, const Uses& uses, Receiver& receiver, Counter count) {
    // Shared by the handlers.
    const auto endpoint = std::make_shared<Endpoint>(uses, receiver, std::move(count));
    const std::string path = "/subscriptions/{connection}";
    router.add("POST", path, [endpoint](const http_server::Request& request) {
        return endpoint->take(request, {});
    });
    for (const char* method : {"PUT", "DELETE"})
        router.add(method, path + "/{type}/{id}", [endpoint](const http_server::Request& request) {
            const auto& named = request.parameters;
            return endpoint->take(request, named.at("type") + "/" + named.at("id"));
        });
}

}  // namespace plugin::subscriptions
