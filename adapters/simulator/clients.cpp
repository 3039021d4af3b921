#include "adapters/simulator/clients.h"

#include <algorithm>
#include <array>

#include "fhir/base/json.h"
#include "fhir/smart/jws.h"
#include "fhir/smart/jwt.h"

namespace adapters::simulator {
namespace {

constexpr std::size_t kAssertionsMax = 10'000;
constexpr std::chrono::seconds kAssertionLifetimeMax{300};
constexpr std::chrono::seconds kLeeway{5};
constexpr std::chrono::seconds kKeysTimeout{5};
constexpr std::string_view kAssertionType =
    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

bool hasWord(const std::vector<std::string_view>& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

Clients::Clients(const TokenRules& rules, std::vector<RegisteredClient> clients,
                 fhir::http::Transport* keys, fhir::Clock clock)
    : rules_(rules), clock_(std::move(clock)), clients_(std::move(clients)) {
    if (keys != nullptr) keys_ = std::make_unique<fhir::smart::JwksCache>(*keys, clock_);
}

void Clients::add(RegisteredClient client) {
    const std::lock_guard lock(mutex_);
    if (std::none_of(clients_.begin(), clients_.end(),
                     [&](const auto& one) { return one.clientId == client.clientId; }))
        clients_.push_back(std::move(client));
}

bool Clients::hasPublic() const {
    const std::lock_guard lock(mutex_);
    return std::any_of(clients_.begin(), clients_.end(),
                       [](const auto& one) { return one.isPublic(); });
}

RegisteredClient Clients::byId(const std::string& id) const {
    const std::lock_guard lock(mutex_);
    for (const auto& client : clients_)
        if (client.clientId == id) return client;
    refuse("invalid_client", "no client of this id is registered");
}

RegisteredClient Clients::clientOf(const fhir::http::Request& request, const Form& form,
                                   const std::string& tokenUrl) {
    const auto header = request.headers.find("Authorization").value_or("");
    const bool byBasic = header.starts_with("Basic ");
    const bool bySecret = form.contains("client_secret");
    const bool byKey = form.contains("client_assertion");
    if (byBasic + bySecret + byKey > 1)
        refuse("invalid_request", "a client shows in one way only who it is");
    if (byBasic + bySecret + byKey == 0) {
        auto client = byId(at(form, "client_id"));
        if (!client.isPublic()) refuse("invalid_client", "this client must prove who it is");
        return client;
    }
    const auto method = byKey     ? "private_key_jwt"
                        : byBasic ? "client_secret_basic"
                                  : "client_secret_post";
    if (!hasWord(rules_.methods, method))
        refuse("invalid_client", "this server does not take " + std::string(method));
    if (byKey) return byAssertion(form, tokenUrl);
    const auto [id, secret] =
        byBasic ? basicOf(header) : std::pair(at(form, "client_id"), at(form, "client_secret"));
    auto client = byId(id);
    if (client.secret.empty() || client.secret.reveal() != secret)
        refuse("invalid_client", "the secret is wrong");
    return client;
}

RegisteredClient Clients::byAssertion(const Form& form, const std::string& tokenUrl) {
    if (at(form, "client_assertion_type") != kAssertionType)
        refuse("invalid_client", "client_assertion_type is wrong");
    try {
        const auto jws = fhir::smart::Jws::parse(at(form, "client_assertion"));
        const auto document = fhir::json::Document::parse(jws.payload());
        const auto claims = document.root();
        auto client = byId(claims.at("iss").string());
        const auto& header = jws.header();
        if (claims.at("sub").text() != client.clientId) refuse("invalid_client", "sub is not iss");
        if (form.contains("client_id") && at(form, "client_id") != client.clientId)
            refuse("invalid_client", "client_id is not iss");
        if (header.type != "JWT" || (header.kid.empty() && rules_.kidRequired))
            refuse("invalid_client", "the header has no typ JWT or no kid");
        if (!header.jku.empty() && (!client.jwksUrl || client.jwksUrl->text() != header.jku))
            refuse("invalid_client", "jku is not the registered address");
        const auto times = fhir::smart::checkClaims(claims,
                                                    {.issuer = client.clientId,
                                                     .audiences = {tokenUrl},
                                                     .leeway = kLeeway,
                                                     .lifetimeMax = kAssertionLifetimeMax},
                                                    clock_.now());
        const auto key = client.jwksUrl && keys_
                             ? keys_->find(*client.jwksUrl, header.kid, header.algorithm,
                                           fhir::deadlineIn(kKeysTimeout))
                             : client.keys.find(header.kid, header.algorithm);
        const auto name = fhir::smart::toString(header.algorithm);
        if (!hasWord(rules_.algorithms, name))
            refuse("invalid_client", "this server does not take " + std::string(name));
        if (!key || !jws.isSignedBy(*key, std::array{header.algorithm}))
            refuse("invalid_client", "the signature is not by a key of this client");
        const auto jti = claims.at("jti").string();
        if (jti.empty()) refuse("invalid_client", "jti is missing");
        rememberAssertion(client.clientId + " " + jti, times.expires + kLeeway);
        return client;
    } catch (const fhir::Error& error) {
        if (error.path() == "invalid_client") throw;
        refuse("invalid_client", error.what());
    }
}

void Clients::rememberAssertion(const std::string& id, fhir::Instant until) {
    const std::lock_guard lock(mutex_);
    const auto now = clock_.now();
    std::erase_if(seenAssertions_, [&](const auto& seen) { return seen.second < now; });
    if (seenAssertions_.size() >= kAssertionsMax || !seenAssertions_.emplace(id, until).second)
        refuse("invalid_client", "this assertion was used before");
}

}  // namespace adapters::simulator
