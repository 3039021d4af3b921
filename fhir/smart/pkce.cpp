#include "fhir/smart/pkce.h"

#include <openssl/evp.h>

#include <array>

#include "fhir/base/base64.h"
#include "fhir/base/error.h"
#include "fhir/base/random.h"

namespace fhir::smart {

std::string codeChallenge(std::string_view verifier) {
    std::array<unsigned char, 32> digest{};
    if (EVP_Digest(verifier.data(), verifier.size(), digest.data(), nullptr, EVP_sha256(),
                   nullptr) != 1)
        throw Error(ErrorKind::Internal, "OpenSSL could not make a digest");
    return base64url({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

Secret newCodeVerifier() {
    return Secret(randomToken(32));
}

}  // namespace fhir::smart
