#include "fhir/smart/openid_configuration.h"

#include "fhir/client/reply.h"
#include "fhir/smart/well_known.h"

namespace fhir::smart {
namespace {

constexpr std::size_t kOpenIdBytesMax = 256 * 1024;
constexpr std::chrono::hours kOpenIdKeep{1};
constexpr std::chrono::minutes kKeepNothing{5};

/// Statuses of a server that has no such document: some answer 401 or 403 to what they do not know.
bool isNothing(int status) {
    return status >= 400 && status < 500 && status != 408 && status != 429;
}

}  // namespace

OpenIdConfiguration OpenIdConfiguration::fromJson(const json::Value& json,
                                                  const std::string& issuer) {
    if (json.at("issuer").string() != issuer)
        json.at("issuer").refuse("is not the issuer that was asked");
    const auto base = Url::parse(issuer);
    json::Wanted wanted;
    OpenIdConfiguration configuration;
    configuration.jwksUri = wantedUrl(wanted, json, "jwks_uri", base);
    configuration.tokenEndpoint = wantedUrl(wanted, json, "token_endpoint", base);
    configuration.namesIssuer = wantedNamesIssuer(wanted, json);
    json::logLeftOut("OpenID configuration", wanted.problems());
    return configuration;
}

std::optional<OpenIdConfiguration> discoverOpenId(http::Transport& transport,
                                                  const std::string& issuer, Deadline deadline) {
    const auto url = below(Url::parse(issuer), "/.well-known/openid-configuration");
    const auto step = "read the OpenID configuration of " + url.origin();
    auto reply = getDocument(transport, step, url, "application/json", deadline);
    if (isNothing(reply.status)) return std::nullopt;
    if (reply.status != 200) throw errorFromReply(step, reply);
    return readDocument(step, std::move(reply.body), kOpenIdBytesMax, [&](const json::Value& json) {
        return OpenIdConfiguration::fromJson(json, issuer);
    });
}

std::shared_ptr<OpenIdDiscovery::Answer> OpenIdDiscovery::answerOf(const std::string& issuer) {
    const std::lock_guard lock(mutex_);
    const auto found = answers_.find(issuer);
    if (found != answers_.end()) return found->second;
    if (answers_.size() >= kIssuersMax) answers_.clear();
    return answers_[issuer] =
               std::make_shared<Answer>(clock_, "what the EHR's sign-in says of itself");
}

std::optional<OpenIdConfiguration> OpenIdDiscovery::get(const std::string& issuer,
                                                        Deadline deadline) {
    return *answerOf(issuer)->get(
        [&] {
            auto found = discoverOpenId(transport_, issuer, deadline);
            const std::chrono::milliseconds keep = found ? kOpenIdKeep : kKeepNothing;
            return Answer::Fetched{std::move(found), keep};
        },
        deadline);
}

}  // namespace fhir::smart
