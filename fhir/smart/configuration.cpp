#include "fhir/smart/configuration.h"

#include <algorithm>

#include "fhir/base/error.h"
#include "fhir/client/reply.h"
#include "fhir/smart/well_known.h"

namespace fhir::smart {
namespace {

constexpr std::size_t kBytesMax = 256 * 1024;
constexpr std::size_t kMetadataBytesMax = 32 * 1024 * 1024;
constexpr std::size_t kListMax = 1000;
constexpr std::chrono::hours kKeep{1};
constexpr std::string_view kOauthUris =
    "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris";

std::vector<std::string> strings(const json::Value& json, const char* name) {
    std::vector<std::string> list;
    for (const auto one : json.findArray(name)) {
        if (list.size() == kListMax) break;
        list.push_back(one.string());
    }
    return list;
}

}  // namespace

bool SmartConfiguration::has(std::string_view capability) const noexcept {
    return std::find(capabilities.begin(), capabilities.end(), capability) != capabilities.end();
}

SmartConfiguration SmartConfiguration::fromJson(const json::Value& json, const Url& base) {
    SmartConfiguration configuration;
    configuration.issuer = json.findString("issuer").value_or("");
    configuration.authorizationEndpoint = namedUrl(json.findString("authorization_endpoint"), base);
    configuration.tokenEndpoint = namedUrl(json.findString("token_endpoint"), base);
    configuration.introspectionEndpoint = namedUrl(json.findString("introspection_endpoint"), base);
    configuration.jwksUri = namedUrl(json.findString("jwks_uri"), base);
    configuration.namesIssuer = json.findBoolean("authorization_response_iss_parameter_supported");
    configuration.capabilities = strings(json, "capabilities");
    configuration.scopesSupported = strings(json, "scopes_supported");
    configuration.tokenAuthMethods = strings(json, "token_endpoint_auth_methods_supported");
    configuration.signingAlgorithms =
        strings(json, "token_endpoint_auth_signing_alg_values_supported");
    configuration.codeChallengeMethods = strings(json, "code_challenge_methods_supported");
    configuration.grantTypes = strings(json, "grant_types_supported");
    return configuration;
}

std::optional<SmartConfiguration> SmartConfiguration::fromCapabilityStatement(
    const json::Value& json, const Url& base) {
    for (const auto rest : json.findArray("rest")) {
        const auto security = rest.find("security");
        if (!security) continue;
        for (const auto extension : security->findArray("extension")) {
            if (extension.findString("url") != kOauthUris) continue;
            SmartConfiguration configuration;
            configuration.source = Source::CapabilityStatement;
            for (const auto part : extension.findArray("extension")) {
                const auto name = part.findString("url").value_or("");
                const auto url = namedUrl(part.findString("valueUri"), base);
                if (name == "authorize") configuration.authorizationEndpoint = url;
                if (name == "token") configuration.tokenEndpoint = url;
                if (name == "introspect") configuration.introspectionEndpoint = url;
            }
            return configuration;
        }
    }
    return std::nullopt;
}

SmartConfiguration discover(http::Transport& transport, const Url& base, Deadline deadline) {
    const std::string step = "read the SMART configuration";
    auto wellKnown = getDocument(transport, step, below(base, "/.well-known/smart-configuration"),
                                 "application/json", deadline);
    if (wellKnown.status == 200)
        return readDocument(
            step, std::move(wellKnown.body), kBytesMax,
            [&](const json::Value& json) { return SmartConfiguration::fromJson(json, base); });
    // Some servers answer 401 or 500 to what they do not know. One that is throttling or down is
    // not asked a second thing.
    const auto error = errorFromReply(step, wellKnown);
    if (wellKnown.status == 429 || wellKnown.status == 503) throw error;
    const std::string second = "read the SMART addresses from the CapabilityStatement";
    auto metadata =
        getDocument(transport, second, below(base, "/metadata"), "application/fhir+json", deadline);
    if (metadata.status != 200) throw error;
    auto found = readDocument(second, std::move(metadata.body), kMetadataBytesMax,
                              [&](const json::Value& json) {
                                  return SmartConfiguration::fromCapabilityStatement(json, base);
                              });
    if (!found)
        throw Error(ErrorKind::NotFound,
                    "the server names its authorization addresses neither in "
                    ".well-known/smart-configuration (status " +
                        std::to_string(wellKnown.status) +
                        ") nor in its CapabilityStatement; set tokenUrl in the configuration");
    return *std::move(found);
}

Discovery::Discovery(http::Transport& transport, Url base, Clock clock)
    : transport_(transport),
      base_(std::move(base)),
      kept_(std::move(clock), "the SMART configuration of " + base_.origin()) {}

SingleFlight<SmartConfiguration>::Pointer Discovery::get(Deadline deadline) {
    return kept_.get(
        [&] {
            return SingleFlight<SmartConfiguration>::Fetched{discover(transport_, base_, deadline),
                                                             kKeep};
        },
        deadline);
}

}  // namespace fhir::smart
