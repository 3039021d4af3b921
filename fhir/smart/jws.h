#pragma once

#include <span>
#include <string>
#include <string_view>

#include "fhir/smart/key.h"

namespace fhir::smart {

/// The header of a signed text, as far as it is understood here.
struct JwsHeader {
    Algorithm algorithm = Algorithm::ES384;
    std::string kid = {};      ///< which key; "" where it is not said
    std::string type = "JWT";  ///< `typ`; "" where it is not said
    std::string jku = {};  ///< where the signer says that its keys are. Never to be asked before
                           ///< it was found on a list of ours.
};

/// A JSON Web Signature in its compact form, taken apart but not yet believed: nothing of it counts
/// before `isSignedBy` has said so (RFC 7515, section 5.2).
class Jws {
public:
    static constexpr std::size_t kBytesMax = 16 * 1024;

    /// Throws Error{InvalidInput}: not three parts of base64url, too long, a header that is no JSON
    /// object, with a member twice, with `crit` (nothing critical is understood here), or with an
    /// algorithm that is not one of ours ("none" and HMAC are not).
    static Jws parse(std::string_view compact);

    const JwsHeader& header() const noexcept { return header_; }
    const std::string& payload() const noexcept { return payload_; }

    /// Whether `key` made the signature, by an algorithm of `allowed`. A key of another type than
    /// the algorithm wants never did, nor did an ECDSA signature of another length than 64 (P-256)
    /// or 96 bytes (P-384).
    bool isSignedBy(const Key& key, std::span<const Algorithm> allowed) const;

private:
    JwsHeader header_;
    std::string signed_, payload_, signature_;
};

/// The compact form of `payload`, signed (RFC 7515, section 5.1). Throws Error{InvalidInput} where
/// the key is not private or does not fit the algorithm.
std::string sign(const JwsHeader& header, std::string_view payload, const Key& key);

}  // namespace fhir::smart
