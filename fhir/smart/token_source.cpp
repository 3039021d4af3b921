#include "fhir/smart/token_source.h"

#include <algorithm>

#include "fhir/base/error.h"

namespace fhir::smart {
namespace {

using std::chrono::seconds;

constexpr seconds kLifetimeMax{24 * 60 * 60};

/// How long before its end a token is not used any more: the request that carries it must arrive.
seconds margin(seconds lifetime) {
    return std::clamp(lifetime / 10, seconds(1), seconds(60));
}

Secret bearer(const Secret& token) {
    return Secret("Bearer " + token.reveal());
}

}  // namespace

TokenSource::TokenSource(http::Transport& transport, Discovery& discovery,
                         TokenSourceOptions options, Clock clock,
                         std::function<std::string()> newId)
    : transport_(transport),
      discovery_(discovery),
      options_(std::move(options)),
      clock_(std::move(clock)),
      newId_(std::move(newId)),
      kept_(clock_, "the token") {}

SingleFlight<Grant>::Pointer TokenSource::grant(Deadline deadline) {
    return kept_.get([&] { return fetch(deadline); }, deadline);
}

Secret TokenSource::authorization() {
    try {
        return bearer(grant(deadlineIn(options_.timeout))->accessToken);
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::Unavailable) throw;
        // "Forbidden" or "not found" by the token server must not be taken for the FHIR server's
        // word about a resource: nothing was asked of that one.
        throw Error(ErrorKind::Unauthorized, error.what(), error.path())
            .withStatus(error.status())
            .withRetryAfter(error.retryAfter())
            .withCause(error.cause());
    }
}

bool TokenSource::reject(const Secret& authorization) {
    const auto held = kept_.peek();
    // Another thread has given it up meanwhile: the one after it has not been tried yet.
    if (!held || bearer(held->accessToken).reveal() != authorization.reveal()) return true;
    const std::lock_guard lock(mutex_);
    const auto now = clock_.steady();
    while (!renewals_.empty() && now - renewals_.front() >= std::chrono::minutes(1))
        renewals_.pop_front();
    if (renewals_.size() >= kRenewalsPerMinute) return false;
    renewals_.push_back(now);
    kept_.drop(held);
    return true;
}

SingleFlight<Grant>::Fetched TokenSource::fetch(Deadline deadline) {
    auto tokenUrl = options_.tokenUrl;
    auto syntax = options_.syntax;
    if (!tokenUrl || !syntax) {
        try {
            const auto configuration = discovery_.get(deadline);
            if (!tokenUrl) tokenUrl = configuration->tokenEndpoint;
            if (!syntax) syntax = configuration->scopeSyntax();
        } catch (const Error& error) {
            // Where the site says where tokens are, a server of the first age needs no discovery.
            if (!tokenUrl || isRetryable(error.kind())) throw;
            if (!syntax) syntax = ScopeSyntax::V1;
        }
    }
    if (!tokenUrl)
        throw Error(ErrorKind::NotFound,
                    "the server's SMART configuration names no https token address; set tokenUrl");
    const TokenEndpoint endpoint(transport_, *tokenUrl, options_.identity(), clock_, newId_);
    const auto& wish = options_.asked ? *options_.asked : options_.needed;
    const auto asked = options_.asksForScopes ? wish.text(*syntax) : std::string();
    auto response = endpoint.clientCredentials(asked, deadline);
    // RFC 6749, section 5.1: unsaid is what was asked for, and here nothing was.
    if (asked.empty() && !response.saysScopes) response.scopes = options_.needed;
    const auto lifetime = std::min(response.expiresIn.value_or(kLifetimeUnsaid), kLifetimeMax);
    Grant grant{std::move(response.accessToken),
                std::move(response.scopes),
                {},
                lifetime,
                response.expiresIn.has_value()};
    grant.missing = missingScopes(options_.needed, grant.granted);
    return {std::move(grant), std::max(lifetime - margin(lifetime), seconds(0))};
}

}  // namespace fhir::smart
