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

/// What an issuer of id_tokens says of itself, as far as a launch needs it.
/// https://openid.net/specs/openid-connect-discovery-1_0.html, section 3
struct OpenIdConfiguration {
    std::optional<Url> jwksUri, tokenEndpoint;
    /// `authorization_response_iss_parameter_supported`: whether every answer of its authorization
    /// address names it (RFC 9207, section 3); nullopt where it does not say.
    std::optional<bool> namesIssuer;

    /// Throws Error{InvalidInput} where the document is of another issuer than the one that was
    /// asked, letter for letter (section 4.3). An address is left out where `namedUrl` does.
    static OpenIdConfiguration fromJson(const json::Value& json, const std::string& issuer);
};

/// GET [issuer]/.well-known/openid-configuration; nullopt where there is no such document. Throws
/// Error{InvalidInput} where `issuer` is no address, Error{BadReply} or Error{Unavailable}.
std::optional<OpenIdConfiguration> discoverOpenId(http::Transport& transport,
                                                  const std::string& issuer, Deadline deadline);

/// What issuers say of themselves, each asked for once an hour at most, and after five minutes
/// where it had nothing to say. May be used from several threads at once.
///
/// It asks whatever issuer it is given. Who calls has found it to be one that may be asked.
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
    // Shared with those who still wait for it when it is forgotten.
    std::map<std::string, std::shared_ptr<Answer>> answers_;
};

}  // namespace fhir::smart
