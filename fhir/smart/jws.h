#pragma once

#include <span>
#include <string>
#include <string_view>

#include "fhir/smart/key.h"

namespace fhir::smart {

/// The header members of a signed text that are understood here.
struct JwsHeader {
    Algorithm algorithm = Algorithm::ES384;
    std::string kid = {};      ///< which key; "" if absent
    std::string type = "JWT";  ///< `typ`; "" if absent
    std::string jku = {};  ///< where the signer says its keys are. Must not be requested unless it
                           ///< is on a list of ours.
};

/// A parsed JSON Web Signature in compact form. Not verified yet: nothing in it may be trusted
/// before `isSignedBy` returns true (RFC 7515, section 5.2).
class Jws {
public:
    static constexpr std::size_t kBytesMax = 16 * 1024;

    /// Throws Error{InvalidInput} if the text is too long or not three parts of base64url, or if
    /// the header is no JSON object, has a member twice, has `crit` (no extension is supported
    /// here), or names an algorithm that is not in `Algorithm` ("none" and HMAC are not).
    static Jws parse(std::string_view compact);

    const JwsHeader& header() const noexcept { return header_; }
    const std::string& payload() const noexcept { return payload_; }

    /// Whether `key` made the signature with one of the `allowed` algorithms. False if the key's
    /// type does not fit the algorithm, or an ECDSA signature is not 64 (P-256) or 96 bytes (P-384)
    /// long.
    bool isSignedBy(const Key& key, std::span<const Algorithm> allowed) const;

private:
    JwsHeader header_;
    std::string signed_, payload_, signature_;
};

/// Signs `payload`; returns the compact form (RFC 7515, section 5.1). Throws Error{InvalidInput} if
/// the key is not private or does not fit the algorithm.
std::string sign(const JwsHeader& header, std::string_view payload, const Key& key);

}  // namespace fhir::smart
