#include "plugin/launch/pending.h"

#include <charconv>

#include "fhir/base/base64.h"
#include "fhir/base/hmac.h"
#include "fhir/base/random.h"
#include "plugin/sessions/cookies.h"

namespace plugin::launch {
namespace {

constexpr std::size_t kSeedBytes = 16;
constexpr std::size_t kStateBytesMax = 4096;

std::optional<std::int64_t> number(std::string_view text) noexcept {
    std::int64_t value = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::int64_t toSeconds(fhir::Instant at) {
    return std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count();
}

}  // namespace

Pending::Pending(const store::Vault& vault, std::string iss, std::string seed,
                 fhir::Instant expires)
    : vault_(vault), iss_(std::move(iss)), seed_(std::move(seed)), expires_(expires) {
    const auto said =
        fhir::base64url(seed_ + " " + std::to_string(toSeconds(expires_)) + " " + iss_);
    state_ = said + "." + vault_.hash("launch-state", said);
}

Pending::Pending(const store::Vault& vault, std::string iss, fhir::Instant now)
    : Pending(vault, std::move(iss), fhir::randomToken(kSeedBytes), now + kLaunchTime) {}

std::optional<Pending> Pending::read(const store::Vault& vault, const std::string& state,
                                     fhir::Instant now) {
    const auto dot = state.find('.');
    if (state.size() > kStateBytesMax || dot == std::string::npos) return std::nullopt;
    const auto said = state.substr(0, dot);
    if (!fhir::isSameSecret(vault.hash("launch-state", said), state.substr(dot + 1)))
        return std::nullopt;
    const auto text = fhir::decodeBase64url(said).value_or("");
    const auto first = text.find(' ');
    const auto second = text.find(' ', first + 1);
    if (first == std::string::npos || second == std::string::npos) return std::nullopt;
    const auto expires =
        number(std::string_view(text).substr(first + 1, second - first - 1)).value_or(0);
    if (expires <= toSeconds(now)) return std::nullopt;
    return Pending(vault, text.substr(second + 1), text.substr(0, first),
                   fhir::Instant(std::chrono::seconds(expires)));
}

std::string Pending::nonce() const {
    return vault_.hash("launch-nonce", seed_);
}

fhir::Secret Pending::verifier() const {
    return fhir::Secret(vault_.hash("launch-verifier", seed_));
}

std::string Pending::cookieName() const {
    return std::string(sessions::Cookies::kLaunch) + "-" + seed_;
}

std::string Pending::cookieValue() const {
    return vault_.hash("launch-cookie", seed_);
}

}  // namespace plugin::launch
