#pragma once

#include <optional>
#include <string>

#include "adapters/profile/profile.h"
#include "plugin/http_server/message.h"
#include "plugin/settings/settings.h"

namespace plugin::subscriptions {

/// Says for the log, without what the notification showed, why it is not known to be the EHR's;
/// nullopt if it is: it has a bearer token (R4, Subscription.channel.header) of the settings, or
/// one of their keys signed its body (W3C WebSub, section 8).
std::optional<std::string> whyNotAuthentic(const SubscriptionSettings& settings,
                                           const adapters::Profile::Subscriptions& profile,
                                           const http_server::Request& request);

}  // namespace plugin::subscriptions
