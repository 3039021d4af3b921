#include "adapters/simulator/tokens.h"

#include "adapters/simulator/oauth.h"

namespace adapters::simulator {
namespace {

constexpr std::size_t kTokensMax = 10'000;

}  // namespace

std::string Tokens::issue(IssuedToken token) {
    auto text = newToken_();
    const std::lock_guard lock(mutex_);
    if (tokens_.size() >= kTokensMax)
        std::erase_if(tokens_, [&](const auto& issued) { return hasExpired(issued.second); });
    if (tokens_.size() >= kTokensMax) refuse("temporarily_unavailable", "too many tokens");
    tokens_[text] = std::move(token);
    ++issued_;
    return text;
}

void Tokens::revoke(const std::string& token) {
    const std::lock_guard lock(mutex_);
    if (const auto found = tokens_.find(token); found != tokens_.end()) found->second.expires = {};
}

void Tokens::use(const std::string& token) {
    const std::lock_guard lock(mutex_);
    const auto found = tokens_.find(token);
    if (found == tokens_.end() || !found->second.requestsLeft) return;
    if (--*found->second.requestsLeft <= 0) found->second.expires = {};
}

std::size_t Tokens::issued() const {
    const std::lock_guard lock(mutex_);
    return issued_;
}

std::optional<IssuedToken> Tokens::find(const std::string& token) const {
    const std::lock_guard lock(mutex_);
    const auto found = tokens_.find(token);
    return found == tokens_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace adapters::simulator
