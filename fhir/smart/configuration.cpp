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

std::vector<std::string> strings(json::Wanted& wanted, const json::Value& json, const char* name) {
    auto list = wanted.strings(json, name);
    list.resize(std::min(list.size(), kListMax));
    return list;
}

}  // namespace

bool SmartConfiguration::has(std::string_view capability) const noexcept {
    return std::find(capabilities.begin(), capabilities.end(), capability) != capabilities.end();
}

SmartConfiguration SmartConfiguration::fromJson(const json::Value& json, const Url& base) {
    static_cast<void>(json.object());
    json::Wanted wanted;
    const auto url = [&](const char* name) { return wantedUrl(wanted, json, name, base); };
    SmartConfiguration configuration;
    configuration.issuer = wanted.string(json, "issuer").value_or("");
    configuration.authorizationEndpoint = url("authorization_endpoint");
    configuration.tokenEndpoint = url("token_endpoint");
    configuration.introspectionEndpoint = url("introspection_endpoint");
    configuration.jwksUri = url("jwks_uri");
    configuration.namesIssuer = wantedNamesIssuer(wanted, json);
    configuration.capabilities = strings(wanted, json, "capabilities");
    configuration.scopesSupported = strings(wanted, json, "scopes_supported");
    configuration.tokenAuthMethods = strings(wanted, json, "token_endpoint_auth_methods_supported");
    configuration.signingAlgorithms =
        strings(wanted, json, "token_endpoint_auth_signing_alg_values_supported");
    configuration.codeChallengeMethods = strings(wanted, json, "code_challenge_methods_supported");
    configuration.grantTypes = strings(wanted, json, "grant_types_supported");
    configuration.problems = wanted.takeProblems();
    return configuration;
}

std::optional<SmartConfiguration> SmartConfiguration::fromCapabilityStatement(
    const json::Value& json, const Url& base) {
    json::Wanted wanted;
    for (const auto& rest : wanted.objects(json, "rest")) {
        const auto security = wanted.object(rest, "security");
        if (!security) continue;
        for (const auto& extension : wanted.objects(*security, "extension")) {
            if (wanted.string(extension, "url") != kOauthUris) continue;
            SmartConfiguration configuration;
            configuration.source = Source::CapabilityStatement;
            for (const auto& part : wanted.objects(extension, "extension")) {
                const auto name = wanted.string(part, "url").value_or("");
                const auto url = wantedUrl(wanted, part, "valueUri", base);
                if (name == "authorize") configuration.authorizationEndpoint = url;
                if (name == "token") configuration.tokenEndpoint = url;
                if (name == "introspect") configuration.introspectionEndpoint = url;
            }
            configuration.problems = wanted.takeProblems();
            return configuration;
        }
    }
    return std::nullopt;
}

namespace {

SmartConfiguration told(const char* message, SmartConfiguration configuration) {
    json::logLeftOut(message, configuration.problems);
    return configuration;
}

}  // namespace

SmartConfiguration discover(http::Transport& transport, const Url& base, Deadline deadline) {
    const std::string step = "read the SMART configuration";
    auto wellKnown = getDocument(transport, step, below(base, "/.well-known/smart-configuration"),
                                 "application/json", deadline);
    if (wellKnown.status == 200)
        return readDocument(
            step, std::move(wellKnown.body), kBytesMax, [&](const json::Value& json) {
                return told("SMART configuration", SmartConfiguration::fromJson(json, base));
            });
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
    return told("CapabilityStatement", *std::move(found));
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
