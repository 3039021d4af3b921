#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "plugin/store/sealing/vault.h"

namespace plugin::cds {

/// What a card had on it: the ways in which it can be of use.
enum class CardKind { Words, WordsToCheck, WordsAndAsk, Ask, Restricted, Unread };
inline constexpr int kCardKinds = 6;
const char* toString(CardKind kind) noexcept;  ///< "words", "words-to-check", …

/// What the id of a card tells those who made it.
struct CardOrigin {
    int service = 0;  ///< its place in `services()`
    CardKind kind = CardKind::Words;
    std::string stay;  ///< one user with one patient's stay, as a keyed hash; 14 hexadecimal digits
};

/// The UUIDs of cards. They carry their origin and a keyed hash over it (RFC 9562, section 5.8:
/// version 8), so that feedback can be understood without a record of who looked at whom.
class CardIds {
public:
    explicit CardIds(const store::Vault& vault) : vault_(vault) {}

    /// The hash of a user with a stay; `encounter` may be "".
    std::string stay(const std::string& connection, const std::string& user,
                     const std::string& patient, const std::string& encounter) const;
    /// A new id for a card of this connection.
    std::string make(const std::string& connection, const CardOrigin& origin) const;
    /// nullopt where it is no card that was made for this connection.
    std::optional<CardOrigin> read(const std::string& connection, std::string_view uuid) const;

private:
    std::string seal(const std::string& connection, std::string_view digits) const;

    const store::Vault& vault_;
};

}  // namespace plugin::cds
