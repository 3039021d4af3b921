#pragma once

#include <optional>
#include <string>

#include "adapters/profile/profile.h"
#include "plugin/http_server/message.h"
#include "plugin/settings/settings.h"

namespace plugin::subscriptions {

/// Why a notification is not known to be the EHR's, in words for the log, without what it showed;
/// nullopt where it is: it has the bearer token (R4, Subscription.channel.header), or its body is
/// signed (W3C WebSub, section 8), with a secret of the settings.
std::optional<std::string> whyNotAuthentic(const SubscriptionSettings& settings,
                                           const adapters::Profile::Subscriptions& profile,
                                           const http_server::Request& request);

}  // namespace plugin::subscriptions
