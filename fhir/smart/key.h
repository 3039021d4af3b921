#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "fhir/base/json.h"
#include "fhir/base/secret.h"

struct evp_pkey_st;

/// The client side of SMART App Launch 2.2: signatures, keys, discovery, tokens.
/// https://hl7.org/fhir/smart-app-launch/STU2.2/
namespace fhir::smart {

/// Signature algorithms (RFC 7518, section 3.1). There is no `none` and no HMAC: a public key must
/// never serve as an HMAC secret.
enum class Algorithm : std::uint8_t { RS256, RS384, RS512, ES256, ES384 };

/// "RS384"
std::string_view toString(Algorithm algorithm) noexcept;
/// nullopt for any other text, "none" and "HS256" among them.
std::optional<Algorithm> findAlgorithm(std::string_view name) noexcept;

/// The type of a key. Each algorithm works with one type only.
enum class KeyType : std::uint8_t { Rsa, P256, P384 };

KeyType keyTypeOf(Algorithm algorithm) noexcept;

/// An asymmetric key: the public half, and for our own keys the private half. Cheap to copy; may be
/// used from several threads at once.
class Key {
public:
    /// Makes a key pair for an algorithm: RSA of 3072 bits, or the algorithm's curve.
    static Key generate(Algorithm algorithm);

    /// Reads a private key from a file's text: PEM (PKCS #8, PKCS #1 or SEC 1, not encrypted) or
    /// one JWK. Throws Error{InvalidInput} that says what is wrong and holds nothing of the key.
    static Key fromPrivateText(const Secret& text);

    /// Reads the public half of a JWK (RFC 7517, section 4): RSA of 2048 to 8192 bits, P-256 or
    /// P-384 with its point on the curve. Ignores private members. Throws Error{InvalidInput}.
    static Key fromJwk(const json::Value& jwk);

    KeyType type() const noexcept { return type_; }
    bool isPrivate() const noexcept { return isPrivate_; }

    /// Writes `kty` and the members of the public half into the JWK object that `writer` has begun
    /// (SMART, registering a client: bare keys).
    void writePublic(json::Writer& writer) const;

    /// The JWK thumbprint: SHA-256, base64url (RFC 7638).
    std::string thumbprint() const;

    /// The private key as PEM (PKCS #8), not encrypted.
    Secret privatePem() const;

    evp_pkey_st* handle() const noexcept { return handle_.get(); }

private:
    Key(std::shared_ptr<evp_pkey_st> handle, bool isPrivate);
    static Key readJwk(const json::Value& jwk, bool isPrivate);

    // Shared by the copies of a key; never changed.
    std::shared_ptr<evp_pkey_st> handle_;
    KeyType type_;
    bool isPrivate_;
};

}  // namespace fhir::smart
