#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "fhir/base/clock.h"
#include "fhir/smart/scopes.h"

namespace adapters::simulator {

/// What a token stands for.
struct IssuedToken {
    std::string clientId;
    std::string scope;  ///< as it was granted
    fhir::Instant expires{};
    std::string user{}, patient{}, encounter{};  ///< of a launch; "" for a backend service
    std::optional<int> requestsLeft{};           ///< nullopt: no limit
};

/// The access tokens that the made-up hospital has issued. In memory; may be used from several
/// threads at once.
class Tokens {
public:
    Tokens(fhir::Clock clock, std::function<std::string()> newToken)
        : clock_(std::move(clock)), newToken_(std::move(newToken)) {}

    /// Stores a token; returns its text. Refuses if 10,000 valid tokens exist.
    std::string issue(IssuedToken token);
    /// Makes the token expire now.
    void revoke(const std::string& token);
    /// Counts a request with the token; the last allowed one makes it expire.
    void use(const std::string& token);
    /// How many were issued.
    std::size_t issued() const;
    /// The token's data; nullopt if it was never issued.
    std::optional<IssuedToken> find(const std::string& token) const;
    bool hasExpired(const IssuedToken& token) const { return token.expires <= clock_.now(); }

private:
    fhir::Clock clock_;
    std::function<std::string()> newToken_;
    mutable std::mutex mutex_;  // guards what follows
    std::map<std::string, IssuedToken> tokens_;
    std::size_t issued_ = 0;
};

}  // namespace adapters::simulator
