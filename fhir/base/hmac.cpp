#include "fhir/base/hmac.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <array>

#include "fhir/base/error.h"

namespace fhir {

std::string hmacSha256(const Secret& key, std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    std::size_t size = 0;
    if (EVP_Q_mac(nullptr, "HMAC", nullptr, "SHA256", nullptr, key.reveal().data(),
                  key.reveal().size(),
                  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): how OpenSSL reads
                  reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(),
                  digest.size(), &size) == nullptr)
        throw Error(ErrorKind::Internal, "a signature could not be computed");
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string hexadecimal;
    hexadecimal.reserve(2 * size);
    for (std::size_t i = 0; i < size; ++i) {
        hexadecimal += kDigits[digest.at(i) >> 4U];
        hexadecimal += kDigits[digest.at(i) & 0xFU];
    }
    return hexadecimal;
}

bool isSameSecret(std::string_view left, std::string_view right) noexcept {
    return left.size() == right.size() &&
           CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace fhir
