#include "fhir/smart/jws.h"

#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include <algorithm>
#include <set>

#include "fhir/base/base64.h"
#include "fhir/base/error.h"

namespace fhir::smart {
namespace {

constexpr std::size_t kHeaderBytesMax = 4 * 1024;

using DigestContext = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;
using EcSignature = std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)>;

[[noreturn]] void refuse(const std::string& why, const std::string& path = {}) {
    throw Error(ErrorKind::InvalidInput, why, path);
}

const EVP_MD* digestOf(Algorithm algorithm) noexcept {
    switch (algorithm) {
        case Algorithm::RS256:
        case Algorithm::ES256:
            return EVP_sha256();
        case Algorithm::RS384:
        case Algorithm::ES384:
            return EVP_sha384();
        case Algorithm::RS512:
            return EVP_sha512();
    }
    return nullptr;
}

/// Bytes of each half of an ECDSA signature (RFC 7518, section 3.4); 0 for RSA.
std::size_t halfBytes(Algorithm algorithm) noexcept {
    switch (keyTypeOf(algorithm)) {
        case KeyType::P256:
            return 32;
        case KeyType::P384:
            return 48;
        case KeyType::Rsa:
            break;
    }
    return 0;
}

const unsigned char* bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

/// OpenSSL writes ECDSA signatures as DER, whose numbers have no fixed length; JWS wants R and S
/// one after the other, each as long as the curve's order with its leading zeros.
std::string fromDer(const std::string& der, std::size_t half) {
    const auto* at = bytes(der);
    const EcSignature signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())),
                                ECDSA_SIG_free);
    std::string raw(2 * half, '\0');
    auto* out = reinterpret_cast<unsigned char*>(raw.data());
    const auto size = static_cast<int>(half);
    if (!signature || BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), out, size) != size ||
        BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), out + half, size) != size)
        throw Error(ErrorKind::Internal, "OpenSSL could not write a signature");
    return raw;
}

std::string toDer(std::string_view raw, std::size_t half) {
    const EcSignature signature(ECDSA_SIG_new(), ECDSA_SIG_free);
    auto* r = BN_bin2bn(bytes(raw), static_cast<int>(half), nullptr);
    auto* s = BN_bin2bn(bytes(raw) + half, static_cast<int>(half), nullptr);
    if (!signature || ECDSA_SIG_set0(signature.get(), r, s) != 1) {
        BN_free(r);
        BN_free(s);
        throw Error(ErrorKind::Internal, "OpenSSL could not read a signature");
    }
    unsigned char* der = nullptr;
    const int length = i2d_ECDSA_SIG(signature.get(), &der);
    const std::unique_ptr<unsigned char, void (*)(unsigned char*)> freed(
        der, [](unsigned char* buffer) { OPENSSL_free(buffer); });
    if (length <= 0) throw Error(ErrorKind::Internal, "OpenSSL could not read a signature");
    return {reinterpret_cast<const char*>(der), static_cast<std::size_t>(length)};
}

std::string decoded(std::string_view part, const char* name) {
    auto bytes = decodeBase64url(part);
    if (!bytes || bytes->empty())
        refuse(std::string("the ") + name + " of the signed text is not base64url");
    return *std::move(bytes);
}

JwsHeader readHeader(std::string text) {
    const auto document = json::Document::parse(
        std::move(text), {.bytesMax = kHeaderBytesMax, .depthMax = 4, .valuesMax = 200});
    const auto root = document.root();
    std::set<std::string_view> names;
    for (const auto [name, value] : root.object())
        if (!names.insert(name).second) value.refuse("stands in the header twice");
    if (root.find("crit")) root.at("crit").refuse("names extensions that are not understood here");
    const auto algorithm = findAlgorithm(root.at("alg").text());
    if (!algorithm) root.at("alg").refuse("is not one of RS256, RS384, RS512, ES256, ES384");
    return {*algorithm, root.findString("kid").value_or(""), root.findString("typ").value_or(""),
            root.findString("jku").value_or("")};
}

}  // namespace

Jws Jws::parse(std::string_view compact) {
    if (compact.size() > kBytesMax) refuse("the signed text is longer than 16 KiB");
    const auto first = compact.find('.');
    const auto last = compact.rfind('.');
    if (first == std::string_view::npos || first == last || compact.find('.', first + 1) != last)
        refuse("the signed text has not three parts");
    Jws jws;
    jws.header_ = readHeader(decoded(compact.substr(0, first), "header"));
    jws.signed_ = compact.substr(0, last);
    jws.payload_ = decoded(compact.substr(first + 1, last - first - 1), "payload");
    jws.signature_ = decoded(compact.substr(last + 1), "signature");
    return jws;
}

bool Jws::isSignedBy(const Key& key, std::span<const Algorithm> allowed) const {
    const auto algorithm = header_.algorithm;
    if (std::find(allowed.begin(), allowed.end(), algorithm) == allowed.end()) return false;
    if (key.type() != keyTypeOf(algorithm)) return false;
    const auto half = halfBytes(algorithm);
    if (half != 0 && signature_.size() != 2 * half) return false;
    const auto signature = half == 0 ? signature_ : toDer(signature_, half);
    const DigestContext context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    const bool isRight = context &&
                         EVP_DigestVerifyInit(context.get(), nullptr, digestOf(algorithm), nullptr,
                                              key.handle()) == 1 &&
                         EVP_DigestVerify(context.get(), bytes(signature), signature.size(),
                                          bytes(signed_), signed_.size()) == 1;
    // What OpenSSL noted about a wrong one would be taken for its own by the next TLS call.
    ERR_clear_error();
    return isRight;
}

std::string sign(const JwsHeader& header, std::string_view payload, const Key& key) {
    if (!key.isPrivate()) refuse("a public key cannot sign");
    if (key.type() != keyTypeOf(header.algorithm))
        refuse("the key does not fit the algorithm " + std::string(toString(header.algorithm)));
    json::Writer writer;
    writer.beginObject()
        .member("alg", toString(header.algorithm))
        .member("kid", header.kid)
        .member("typ", header.type)
        .member("jku", header.jku)
        .endObject();
    const auto text = base64url(writer.take()) + "." + base64url(payload);
    const DigestContext context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    std::size_t length = 0;
    std::string signature;
    if (context &&
        EVP_DigestSignInit(context.get(), nullptr, digestOf(header.algorithm), nullptr,
                           key.handle()) == 1 &&
        EVP_DigestSign(context.get(), nullptr, &length, bytes(text), text.size()) == 1) {
        signature.resize(length);
        if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()),
                           &length, bytes(text), text.size()) != 1)
            length = 0;
        signature.resize(length);
    }
    ERR_clear_error();
    if (signature.empty()) throw Error(ErrorKind::Internal, "OpenSSL could not sign");
    if (const auto half = halfBytes(header.algorithm)) signature = fromDer(signature, half);
    return text + "." + base64url(signature);
}

}  // namespace fhir::smart
