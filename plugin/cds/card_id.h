#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "plugin/store/sealing/vault.h"

namespace plugin::cds {

/// What a card shows: the ways in which it can be of use.
enum class CardKind { Words, WordsToCheck, WordsAndAsk, Ask, Restricted, Unread };
inline constexpr int kCardKinds = 6;
const char* toString(CardKind kind) noexcept;  ///< "words", "words-to-check", …

/// What we can read from the id of our own card.
struct CardOrigin {
    int service = 0;  ///< its place in `services()`
    CardKind kind = CardKind::Words;
    std::string stay;  ///< keyed hash of one user with one patient's stay; 14 hexadecimal digits
};

/// Makes and reads the UUIDs of cards. A UUID carries the card's origin and a keyed hash over it
/// (RFC 9562, section 5.8: version 8), so that feedback is understood without a record of who
/// looked at which patient.
class CardIds {
public:
    explicit CardIds(const store::Vault& vault) : vault_(vault) {}

    /// Hashes a user with a stay; if `encounter` is "", with the patient.
    std::string stay(const std::string& connection, const std::string& user,
                     const std::string& patient, const std::string& encounter) const;
    /// A new id for a card of this connection.
    std::string make(const std::string& connection, const CardOrigin& origin) const;
    /// Returns nullopt if the card was not made for this connection.
    std::optional<CardOrigin> read(const std::string& connection, std::string_view uuid) const;

private:
    std::string seal(const std::string& connection, std::string_view digits) const;

    const store::Vault& vault_;
};

}  // namespace plugin::cds
