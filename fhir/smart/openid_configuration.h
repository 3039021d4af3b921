#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "fhir/base/concurrency/single_flight.h"
#include "fhir/base/json.h"
#include "fhir/base/url.h"
#include "fhir/http/transport.h"

namespace fhir::smart {

/// The part of an OpenID provider's configuration that a launch needs.
/// https://openid.net/specs/openid-connect-discovery-1_0.html, section 3
struct OpenIdConfiguration {
    std::optional<Url> jwksUri, tokenEndpoint;
    /// `authorization_response_iss_parameter_supported`: whether every authorization response has
    /// `iss` (RFC 9207, section 3); nullopt if absent.
    std::optional<bool> namesIssuer;

    /// Throws Error{InvalidInput} if the document names another issuer than the one asked, compared
    /// letter for letter (section 4.3). Addresses that `namedUrl` leaves out are absent.
    static OpenIdConfiguration fromJson(const json::Value& json, const std::string& issuer);
};

/// GET [issuer]/.well-known/openid-configuration; nullopt if there is no such document (4xx).
/// Throws Error{InvalidInput} if `issuer` is no address, Error{BadReply} or Error{Unavailable}.
std::optional<OpenIdConfiguration> discoverOpenId(http::Transport& transport,
                                                  const std::string& issuer, Deadline deadline);

/// Caches the issuers' configurations for an hour; that there is none, for five minutes. More than
/// `kIssuersMax` issuers empty the cache. May be used from several threads at once.
///
/// Asks any issuer that it is given: the caller must have checked that it may be asked.
class OpenIdDiscovery {
public:
    static constexpr std::size_t kIssuersMax = 16;

    explicit OpenIdDiscovery(http::Transport& transport, Clock clock = {})
        : transport_(transport), clock_(std::move(clock)) {}

    /// As `discoverOpenId`.
    std::optional<OpenIdConfiguration> get(const std::string& issuer, Deadline deadline);

private:
    using Answer = SingleFlight<std::optional<OpenIdConfiguration>>;
    std::shared_ptr<Answer> answerOf(const std::string& issuer);

    http::Transport& transport_;
    Clock clock_;
    std::mutex mutex_;
    // Shared with callers who still wait when an entry is removed.
    std::map<std::string, std::shared_ptr<Answer>> answers_;
};

}  // namespace fhir::smart
