#pragma once

#include <algorithm>
#include <chrono>
#include <map>
#include <string>
#include <string_view>

#include "fhir/base/base64.h"
#include "fhir/base/random.h"
#include "fhir/smart/jwk_set.h"
#include "fhir/smart/jws.h"
#include "fhir/smart/jwt.h"

namespace test {

/// The members of a JSON object, each as JSON text, so that a test can change one of them; ""
/// leaves it out.
using Members = std::map<std::string, std::string>;

inline std::string objectOf(const Members& members) {
    std::string text;
    for (const auto& [name, value] : members)
        if (!value.empty()) text += (text.empty() ? "{\"" : ",\"") + name + "\":" + value;
    return text.empty() ? "{}" : text + "}";
}

inline std::string quoted(const std::string& text) {
    return "\"" + text + "\"";
}

/// Base64url without padding (RFC 7515, section 2).
inline std::string base64Url(const std::string& bytes) {
    auto text = fhir::base64(bytes);
    std::replace(text.begin(), text.end(), '+', '-');
    std::replace(text.begin(), text.end(), '/', '_');
    text.erase(std::min(text.find('='), text.size()));
    return text;
}

/// A CDS client with keys of its own, which signs as one should.
class CdsClient {
public:
    explicit CdsClient(fhir::smart::Algorithm algorithm = fhir::smart::Algorithm::ES384)
        : algorithm_(algorithm), key_(fhir::smart::Key::generate(algorithm)) {}

    static constexpr const char* kIss = "https://ehr.example/fhir";
    static constexpr const char* kKid = "a+b/c=";  // some clients' ids are base64

    std::string jwks() const { return fhir::smart::JwkSet({{key_, kKid, algorithm_}}).toJson(); }

    /// The claims of a right token for an address at a moment.
    static Members claims(const std::string& address, fhir::Instant now) {
        const auto at = [&](int minutes) {
            return std::to_string(fhir::smart::toNumericDate(now + std::chrono::minutes(minutes)));
        };
        return {{"iss", quoted(kIss)},
                {"aud", quoted(address)},
                {"exp", at(5)},
                {"iat", at(0)},
                {"jti", quoted(fhir::randomUuid())},
                {"tenant", quoted("made-up")}};
    }

    std::string sign(const Members& claims, const std::string& jku = {}) const {
        return fhir::smart::sign({algorithm_, kKid, "JWT", jku}, objectOf(claims), key_);
    }

    fhir::smart::Algorithm algorithm() const noexcept { return algorithm_; }
    const fhir::smart::Key& key() const noexcept { return key_; }

private:
    fhir::smart::Algorithm algorithm_;
    fhir::smart::Key key_;
};

}  // namespace test
