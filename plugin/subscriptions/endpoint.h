#pragma once

#include <functional>
#include <string>

#include "plugin/http_server/router.h"
#include "plugin/subscriptions/receiver.h"
#include "plugin/subscriptions/uses.h"

namespace plugin::subscriptions {

/// Counts a notification of a connection by what became of it: "events", "handshake", "heartbeat",
/// "unreadable", "refused".
using Counter = std::function<void(const std::string& connection, const std::string& result)>;

/// POST /subscriptions/{connection}, which answers 200 before the changes are followed; and PUT and
/// DELETE /subscriptions/{connection}/{type}/{id}, by which some servers send a payload. `receiver`
/// outlives the router.
void addEndpoint(http_server::Router& router, const Uses& uses, Receiver& receiver, Counter count);

}  // namespace plugin::subscriptions
