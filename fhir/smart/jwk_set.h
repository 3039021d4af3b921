#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/smart/key.h"

namespace fhir::smart {

/// One key of a set, with its attributes.
struct Jwk {
    Key key;
    std::string kid;                     ///< "" if the set gives none
    std::optional<Algorithm> algorithm;  ///< the only algorithm allowed for the key, if said
};

/// Somebody's public keys, for checking their signatures (RFC 7517, section 5).
class JwkSet {
public:
    static constexpr std::size_t kBytesMax = 256 * 1024;
    static constexpr int kKeysMax = 100;

    JwkSet() = default;
    explicit JwkSet(std::vector<Jwk> keys) : keys_(std::move(keys)) {}

    /// Reads a set. Skips keys of an unknown kind, keys that are not for signatures or cannot be
    /// read (as RFC 7517 asks), and all after the first 100. Throws Error{InvalidInput} if the text
    /// is no set.
    static JwkSet parse(std::string text);
    static JwkSet fromJson(const json::Value& json);

    /// Writes the public keys as a JWK Set.
    std::string toJson() const;

    /// The key with that id that fits the algorithm; any id if `kid` is "" (the signature names
    /// none). nullopt if no key, or more than one, fits.
    std::optional<Key> find(std::string_view kid, Algorithm algorithm) const;

    const std::vector<Jwk>& keys() const noexcept { return keys_; }

private:
    std::vector<Jwk> keys_;
};

}  // namespace fhir::smart
