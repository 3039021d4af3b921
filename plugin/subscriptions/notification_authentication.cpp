#include "plugin/subscriptions/notification_authentication.h"

#include "fhir/base/hmac.h"

namespace plugin::subscriptions {
namespace {

/// Takes as long whichever of them it is.
template <class Same>
bool isAny(const std::vector<fhir::Secret>& secrets, Same isSame) {
    bool found = false;
    for (const auto& secret : secrets) found = isSame(secret) || found;
    return found;
}

std::optional<std::string> whyNotKnown(const std::vector<fhir::Secret>& secrets,
                                       const http_server::Request& request) {
    constexpr std::string_view kScheme = "Bearer ";
    const auto header = request.headers.find("Authorization");
    if (!header) return "it has no Authorization";
    const std::string_view text(*header);
    if (!fhir::equalsIgnoringCase(text.substr(0, kScheme.size()), kScheme))
        return "its Authorization is no bearer token";
    const auto token = text.substr(kScheme.size());
    if (isAny(secrets,
              [&](const fhir::Secret& one) { return fhir::isSameSecret(one.reveal(), token); }))
        return std::nullopt;
    return "its bearer token is another";
}

std::optional<std::string> whyNotSigned(const std::vector<fhir::Secret>& keys,
                                        const std::string& name,
                                        const http_server::Request& request) {
    constexpr std::string_view kMethod = "sha256=";
    const auto header = request.headers.find(name);
    if (!header) return "it has no " + name;
    std::string_view signature(*header);
    if (signature.starts_with(kMethod)) signature.remove_prefix(kMethod.size());
    if (signature.find('=') != std::string_view::npos)
        return "its " + name + " is of another method than sha256";
    std::string digits(signature);
    for (auto& digit : digits)
        if (digit >= 'A' && digit <= 'F') digit = static_cast<char>(digit - 'A' + 'a');
    if (isAny(keys, [&](const fhir::Secret& key) {
            return fhir::isSameSecret(fhir::hmacSha256(key, request.body), digits);
        }))
        return std::nullopt;
    return "its " + name + " does not fit its body";
}

}  // namespace

std::optional<std::string> whyNotAuthentic(const SubscriptionSettings& settings,
                                           const adapters::Profile::Subscriptions& profile,
                                           const http_server::Request& request) {
    if (!settings.signatureKeys.empty())
        return whyNotSigned(settings.signatureKeys, profile.signatureHeader, request);
    return whyNotKnown(settings.secrets, request);
}

}  // namespace plugin::subscriptions
