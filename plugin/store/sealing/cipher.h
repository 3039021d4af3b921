#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/base/secret.h"

struct evp_mac_ctx_st;
using EVP_MAC_CTX = evp_mac_ctx_st;  // of OpenSSL

namespace plugin::store {

/// A key of 32 bytes, and the name by which sealed texts refer to it.
struct Key {
    static constexpr std::size_t kBytes = 32;

    std::string id{};      ///< 1 to 64 letters, digits, "-" or "_"
    fhir::Secret bytes{};  ///< exactly kBytes, raw

    /// From a configuration: 32 bytes as base64 (44 characters) or as hexadecimal (64).
    /// Throws Error{InvalidInput} that says how to make one; never shows the text.
    static Key fromText(std::string id, const fhir::Secret& text);
    /// Makes a new key from the system's secure random source.
    static Key random(std::string id);
    /// The bytes as base64, as `fromText` reads them.
    fhir::Secret text() const;
};

/// Seals texts for the disk: AES-256-GCM (NIST SP 800-38D) with a random nonce of 96 bits for each
/// text, so that one key may seal 2^32 texts.
///
/// A sealed text is bound to its place ("outbox/resource/ID": table, column, row), so that a value
/// that was moved to another row does not open there. It is ASCII, "wm1.KEYID.BASE64"; the empty
/// text stays empty, which everywhere means "none". Immutable, so any number of threads may use
/// one.
class Cipher {
public:
    /// The first key seals; all of them open. Throws Error{InvalidInput} if there is none, two have
    /// the same id, or one is not a valid key.
    explicit Cipher(std::vector<Key> keys);

    std::string seal(std::string_view plain, std::string_view place) const;
    /// Throws Error{Internal} if the key is missing, or the text was changed or belongs to another
    /// place. Nothing of either text is in the error.
    std::string open(std::string_view sealed, std::string_view place) const;

    /// The id of the key that seals.
    const std::string& currentKey() const noexcept { return keys_.front().id; }
    bool has(std::string_view keyId) const noexcept;

    /// The id of the key that sealed a text; "" if it is not a sealed text.
    static std::string_view keyOf(std::string_view sealed) noexcept;

private:
    const Key* find(std::string_view id) const noexcept;

    std::vector<Key> keys_;
};

/// HMAC-SHA-256 (RFC 2104) of texts under one key as base64url, 43 characters: what is searched
/// instead of the text itself. Immutable, so any number of threads may use one.
class KeyedHash {
public:
    explicit KeyedHash(const Key& key);

    /// `purpose` keeps equal texts in different columns apart.
    std::string of(std::string_view purpose, std::string_view text) const;

private:
    std::shared_ptr<const EVP_MAC_CTX> keyed_;  // shared by copies; each hash begins with a copy
};

}  // namespace plugin::store
