#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/smart/key.h"

namespace fhir::smart {

/// One key of a set, and what the set says about it.
struct Jwk {
    Key key;
    std::string kid;                     ///< "" where the set gives none
    std::optional<Algorithm> algorithm;  ///< the only one that it may be used with, where said
};

/// The public keys of somebody, to check their signatures with (RFC 7517, section 5).
class JwkSet {
public:
    static constexpr std::size_t kBytesMax = 256 * 1024;
    static constexpr int kKeysMax = 100;

    JwkSet() = default;
    explicit JwkSet(std::vector<Jwk> keys) : keys_(std::move(keys)) {}

    /// Reads a set. A key that is of another kind, not for signatures or cannot be read is passed
    /// over, as RFC 7517 asks; keys beyond the first 100 are. Throws Error{InvalidInput} where the
    /// text is no set.
    static JwkSet parse(std::string text);
    static JwkSet fromJson(const json::Value& json);

    /// The public halves, for others to read.
    std::string toJson() const;

    /// The key of that id which fits the algorithm. Where the signature names no id (""), the one
    /// key that fits, nullopt where there are several.
    std::optional<Key> find(std::string_view kid, Algorithm algorithm) const;

    const std::vector<Jwk>& keys() const noexcept { return keys_; }

private:
    std::vector<Jwk> keys_;
};

}  // namespace fhir::smart
