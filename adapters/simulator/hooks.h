#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "adapters/simulator/behaviour.h"
#include "adapters/simulator/store.h"
#include "fhir/base/secret.h"
#include "fhir/http/transport.h"

namespace adapters::simulator {

/// Notifies subscribers of changes. If the criteria is a topic's URL: by the Subscriptions R5
/// Backport (rest-hook, id-only), after a handshake that was answered. If it is a search: as in R4,
/// by an empty POST or, with a payload, a PUT of the resource; deletions are not notified. Only the
/// type in a criteria counts; filters are ignored. Each message is sent once. Synchronised.
class Hooks {
public:
    /// `network` sends the messages, one after the other; nullptr: none is sent. `activated` gets
    /// the id of a Subscription whose handshake was answered.
    Hooks(const NotificationForm& form, std::string base, fhir::http::Transport* network,
          std::function<void(const std::string& id)> activated);
    /// Waits for the message that is being sent.
    ~Hooks();
    Hooks(const Hooks&) = delete;
    Hooks& operator=(const Hooks&) = delete;

    /// To be called for a Subscription created by a request with these headers.
    void subscribe(const std::string& id, const fhir::json::Value& subscription,
                   const fhir::Headers& request);
    void unsubscribe(const std::string& id);
    /// To be called when a resource was created ("POST"), updated ("PUT") or deleted ("DELETE").
    void changed(const Stored& stored, std::string_view method);

private:
    struct Subscription {
        fhir::Url endpoint;
        fhir::Headers headers;
        fhir::Secret secret;
        std::string topic;      ///< "" for a search
        std::string type;       ///< of the resources
        bool isActive = false;  ///< the handshake was answered
        bool hasPayload = false;
        std::int64_t events = 0;
    };
    struct Message {
        std::string subscription;
        fhir::http::Request request;
        bool isHandshake = false;
    };

    void run(const std::stop_token& stop);
    void send(const Message& message);
    void post(const std::string& id, const Subscription& subscription, std::string body,
              bool isHandshake);
    std::string notification(const std::string& id, const Subscription& subscription,
                             const Stored* about, std::string_view method) const;

    const NotificationForm form_;
    const std::string base_;
    fhir::http::Transport* network_;
    const std::function<void(const std::string& id)> activated_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::map<std::string, Subscription> subscriptions_;
    std::deque<Message> messages_;
    std::jthread thread_;  // last, so that it is destroyed first
};

}  // namespace adapters::simulator
