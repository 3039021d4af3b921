#include "plugin/store/sealing/digest.h"

#include <openssl/evp.h>

#include <array>

#include "fhir/base/error.h"

namespace plugin::store {

std::string digestOf(std::string_view token) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned int size = 0;
    if (EVP_Digest(token.data(), token.size(), bytes.data(), &size, EVP_sha256(), nullptr) != 1)
        throw fhir::Error(fhir::ErrorKind::Internal, "SHA-256 could not be computed");
    static constexpr char kHex[] = "0123456789abcdef";
    std::string text;
    text.reserve(2 * std::size_t{size});
    for (std::size_t i = 0; i < size; ++i) {
        text += kHex[bytes[i] >> 4U];
        text += kHex[bytes[i] & 0x0fU];
    }
    return text;
}

}  // namespace plugin::store
