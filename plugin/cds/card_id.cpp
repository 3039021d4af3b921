#include "plugin/cds/card_id.h"

#include "fhir/base/random.h"

namespace plugin::cds {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::string_view kBase64Url =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t kStayDigits = 14;
constexpr std::size_t kSealDigits = 8;

constexpr std::size_t kRandomDigits = 6;
constexpr std::size_t kVersionAt = 12;  // of the 32 digits
constexpr std::size_t kVariantAt = 16;

/// The first digits of a hash in base64url: each letter gives four of its six bits.
std::string hexOf(std::string_view hash, std::size_t digits) {
    std::string result;
    for (const char letter : hash.substr(0, digits)) {
        const auto value = kBase64Url.find(letter);
        result += kHex[value % kHex.size()];
    }
    return result;
}

std::string dashed(const std::string& digits) {
    return digits.substr(0, 8) + "-" + digits.substr(8, 4) + "-" + digits.substr(12, 4) + "-" +
           digits.substr(16, 4) + "-" + digits.substr(20);
}

}  // namespace

const char* toString(CardKind kind) noexcept {
    switch (kind) {
        case CardKind::Words:
            return "words";
        case CardKind::WordsToCheck:
            return "words-to-check";
        case CardKind::WordsAndAsk:
            return "words-and-ask";
        case CardKind::Ask:
            return "ask";
        case CardKind::Restricted:
            return "kept";
        case CardKind::Unread:
            return "unread";
    }
    return "";
}

std::string CardIds::stay(const std::string& connection, const std::string& user,
                          const std::string& patient, const std::string& encounter) const {
    const auto about = encounter.empty() ? "Patient/" + patient : "Encounter/" + encounter;
    return hexOf(vault_.hash("cds-stay", connection + "\n" + user + "\n" + about), kStayDigits);
}

std::string CardIds::seal(const std::string& connection, std::string_view digits) const {
    return hexOf(vault_.hash("cds-card", connection + "\n" + std::string(digits)), kSealDigits);
}

std::string CardIds::make(const std::string& connection, const CardOrigin& origin) const {
    std::string digits;
    digits += kHex[static_cast<std::size_t>(origin.service)];
    digits += kHex[static_cast<std::size_t>(origin.kind)];
    digits += origin.stay + hexOf(fhir::randomToken(kRandomDigits), kRandomDigits);
    digits += seal(connection, digits);
    return dashed(digits.insert(kVersionAt, 1, '8').insert(kVariantAt, 1, '8'));
}

std::optional<CardOrigin> CardIds::read(const std::string& connection,
                                        std::string_view uuid) const {
    if (!fhir::isUuid(uuid)) return std::nullopt;
    std::string digits;
    for (const char c : uuid)  // an EHR may write it in upper case
        if (c != '-') digits += c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    if (digits[kVersionAt] != '8' || digits[kVariantAt] != '8') return std::nullopt;
    digits.erase(kVariantAt, 1).erase(kVersionAt, 1);
    const auto sealed = digits.substr(0, digits.size() - kSealDigits);
    if (digits.substr(sealed.size()) != seal(connection, sealed)) return std::nullopt;
    const auto kind = kHex.find(digits[1]);
    if (kind >= kCardKinds) return std::nullopt;
    return CardOrigin{static_cast<int>(kHex.find(digits[0])), static_cast<CardKind>(kind),
                      digits.substr(2, kStayDigits)};
}

}  // namespace plugin::cds
