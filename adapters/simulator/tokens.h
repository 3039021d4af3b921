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
    std::string user{}, patient{}, encounter{};  ///< of a launch; "" for a client by itself
    std::optional<int> requestsLeft{};           ///< nullopt: as many as one likes
};

/// The access tokens that the made-up hospital has given out. In memory; may be used from several
/// threads at once.
class Tokens {
public:
    Tokens(fhir::Clock clock, std::function<std::string()> newToken)
        : clock_(std::move(clock)), newToken_(std::move(newToken)) {}

    /// Refuses where there are too many that count.
    std::string issue(IssuedToken token);
    /// It counts as expired from now on.
    void revoke(const std::string& token);
    /// A request was made with it; the last one that it is good for ends it.
    void use(const std::string& token);
    /// How many were given out.
    std::size_t issued() const;
    /// nullopt for one that it never gave out.
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
