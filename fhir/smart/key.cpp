#include "fhir/smart/key.h"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <array>
#include <vector>

#include "fhir/base/base64.h"
#include "fhir/base/error.h"

namespace fhir::smart {
namespace {

constexpr int kRsaBits = 3072;
constexpr int kRsaBitsMin = 2048;
constexpr int kRsaBitsMax = 8192;
constexpr std::size_t kJwkBytesMax = 64 * 1024;

template <auto Free>
struct Deleter {
    template <class T>
    void operator()(T* object) const noexcept {
        Free(object);
    }
};
using Bignum = std::unique_ptr<BIGNUM, Deleter<BN_clear_free>>;
using Bio = std::unique_ptr<BIO, Deleter<BIO_free>>;
using Context = std::unique_ptr<EVP_PKEY_CTX, Deleter<EVP_PKEY_CTX_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Deleter<OSSL_PARAM_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Deleter<OSSL_PARAM_BLD_free>>;
using Handle = std::shared_ptr<EVP_PKEY>;

Handle owned(EVP_PKEY* handle) {
    return {handle, EVP_PKEY_free};
}

/// What OpenSSL noted is taken off this thread: the next TLS call would find it there and take it
/// for its own.
[[noreturn]] void refuseKey(const std::string& why) {
    ERR_clear_error();
    throw Error(ErrorKind::InvalidInput, why);
}

[[noreturn]] void failed(const char* what) {
    ERR_clear_error();
    throw Error(ErrorKind::Internal, std::string("OpenSSL could not ") + what);
}

/// The curves by the name in a JWK and the one in OpenSSL; `bytes` of a coordinate.
struct Curve {
    KeyType type;
    const char* jwkName;
    const char* groupName;
    std::size_t bytes;
};
constexpr std::array<Curve, 2> kCurves{
    {{KeyType::P256, "P-256", "prime256v1", 32}, {KeyType::P384, "P-384", "secp384r1", 48}}};

const Curve& curveOf(KeyType type) {
    for (const auto& curve : kCurves)
        if (curve.type == type) return curve;
    throw Error(ErrorKind::Internal, "an RSA key was taken for one on a curve");
}

KeyType typeOf(EVP_PKEY* handle) {
    if (EVP_PKEY_is_a(handle, "RSA") == 1) {
        const int bits = EVP_PKEY_get_bits(handle);
        if (bits < kRsaBitsMin || bits > kRsaBitsMax)
            refuseKey("an RSA key must have 2048 to 8192 bits, this one has " +
                      std::to_string(bits));
        return KeyType::Rsa;
    }
    std::array<char, 32> group{};
    std::size_t length = 0;
    if (EVP_PKEY_is_a(handle, "EC") == 1 &&
        EVP_PKEY_get_group_name(handle, group.data(), group.size(), &length) == 1)
        for (const auto& curve : kCurves)
            if (std::string_view(group.data(), length) == curve.groupName) return curve.type;
    refuseKey("the key is neither RSA nor on the curve P-256 or P-384");
}

std::string bytesAt(const json::Value& jwk, const char* name) {
    const auto value = jwk.at(name);
    auto bytes = decodeBase64url(value.text());
    if (!bytes || bytes->empty()) value.refuse("is not base64url of at least one byte");
    if (bytes->size() > kRsaBitsMax / 8) value.refuse("is longer than any key that is read here");
    return *std::move(bytes);
}

Bignum numberFrom(const std::string& bytes) {
    Bignum number(BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()),
                            static_cast<int>(bytes.size()), nullptr));
    if (!number) failed("read a number");
    return number;
}

std::string bytesOf(const BIGNUM* number, std::size_t size) {
    std::string bytes(size, '\0');
    if (BN_bn2binpad(number, reinterpret_cast<unsigned char*>(bytes.data()),
                     static_cast<int>(size)) != static_cast<int>(size))
        failed("write a number");
    return bytes;
}

/// A key from its numbers. Holds the numbers until OpenSSL has taken them over.
class Assembly {
public:
    Assembly() : builder_(OSSL_PARAM_BLD_new()) {
        if (!builder_) failed("take in a key");
    }

    void number(const char* name, const std::string& bytes) {
        numbers_.push_back(numberFrom(bytes));
        if (OSSL_PARAM_BLD_push_BN(builder_.get(), name, numbers_.back().get()) != 1)
            failed("take in a number");
    }
    void group(const Curve& curve, const std::string& point) {
        point_ = point;
        if (OSSL_PARAM_BLD_push_utf8_string(builder_.get(), OSSL_PKEY_PARAM_GROUP_NAME,
                                            curve.groupName, 0) != 1 ||
            OSSL_PARAM_BLD_push_octet_string(builder_.get(), OSSL_PKEY_PARAM_PUB_KEY, point_.data(),
                                             point_.size()) != 1)
            failed("take in a point");
    }

    Handle build(const char* type, bool isPrivate) {
        const Params params(OSSL_PARAM_BLD_to_param(builder_.get()));
        const Context context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
        EVP_PKEY* built = nullptr;
        if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
            EVP_PKEY_fromdata(context.get(), &built,
                              isPrivate ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY,
                              params.get()) != 1)
            refuseKey("the numbers of the key make no key");
        auto handle = owned(built);
        const Context check(EVP_PKEY_CTX_new_from_pkey(nullptr, built, nullptr));
        if (!check || (isPrivate ? EVP_PKEY_pairwise_check(check.get())
                                 : EVP_PKEY_public_check(check.get())) != 1)
            refuseKey("the numbers of the key do not belong together");
        return handle;
    }

private:
    Builder builder_;
    std::vector<Bignum> numbers_;
    std::string point_;
};

Handle rsaFromJwk(const json::Value& jwk, bool isPrivate) {
    Assembly assembly;
    const auto modulus = bytesAt(jwk, "n");
    if (const auto bits = BN_num_bits(numberFrom(modulus).get());
        bits < kRsaBitsMin || bits > kRsaBitsMax)
        jwk.at("n").refuse("is not an RSA modulus of 2048 to 8192 bits");
    const auto exponent = bytesAt(jwk, "e");
    // The standard permits larger ones; nobody uses them, and each check would take that long.
    if (exponent.size() > 8) jwk.at("e").refuse("is longer than 8 bytes");
    assembly.number(OSSL_PKEY_PARAM_RSA_N, modulus);
    assembly.number(OSSL_PKEY_PARAM_RSA_E, exponent);
    if (isPrivate) {
        assembly.number(OSSL_PKEY_PARAM_RSA_D, bytesAt(jwk, "d"));
        assembly.number(OSSL_PKEY_PARAM_RSA_FACTOR1, bytesAt(jwk, "p"));
        assembly.number(OSSL_PKEY_PARAM_RSA_FACTOR2, bytesAt(jwk, "q"));
        assembly.number(OSSL_PKEY_PARAM_RSA_EXPONENT1, bytesAt(jwk, "dp"));
        assembly.number(OSSL_PKEY_PARAM_RSA_EXPONENT2, bytesAt(jwk, "dq"));
        assembly.number(OSSL_PKEY_PARAM_RSA_COEFFICIENT1, bytesAt(jwk, "qi"));
    }
    return assembly.build("RSA", isPrivate);
}

Handle curveKeyFromJwk(const json::Value& jwk, bool isPrivate) {
    const auto name = jwk.at("crv").text();
    for (const auto& curve : kCurves) {
        if (name != curve.jwkName) continue;
        std::string point = "\x04";  // uncompressed
        for (const char* coordinate : {"x", "y"}) {
            const auto bytes = bytesAt(jwk, coordinate);
            // RFC 7518, section 6.2.1.2: as long as the curve's field, zeros in front included.
            if (bytes.size() != curve.bytes)
                jwk.at(coordinate).refuse("has not the length of the curve's coordinates");
            point += bytes;
        }
        Assembly assembly;
        assembly.group(curve, point);
        if (isPrivate) assembly.number(OSSL_PKEY_PARAM_PRIV_KEY, bytesAt(jwk, "d"));
        return assembly.build("EC", isPrivate);
    }
    jwk.at("crv").refuse("is neither P-256 nor P-384");
}

Bignum numberOf(EVP_PKEY* handle, const char* name) {
    BIGNUM* number = nullptr;
    if (EVP_PKEY_get_bn_param(handle, name, &number) != 1) failed("show a number of a key");
    return Bignum(number);
}

std::string coordinate(EVP_PKEY* handle, const char* name, const Curve& curve) {
    return base64url(bytesOf(numberOf(handle, name).get(), curve.bytes));
}

std::string rsaNumber(EVP_PKEY* handle, const char* name) {
    const auto number = numberOf(handle, name);
    return base64url(bytesOf(number.get(), static_cast<std::size_t>(BN_num_bytes(number.get()))));
}

/// Never asks a terminal: a service has none.
int noPassword(char*, int, int, void*) {
    return -1;
}

}  // namespace

std::string_view toString(Algorithm algorithm) noexcept {
    switch (algorithm) {
        case Algorithm::RS256:
            return "RS256";
        case Algorithm::RS384:
            return "RS384";
        case Algorithm::RS512:
            return "RS512";
        case Algorithm::ES256:
            return "ES256";
        case Algorithm::ES384:
            return "ES384";
    }
    return "";
}

std::optional<Algorithm> findAlgorithm(std::string_view name) noexcept {
    for (const auto one :
         {Algorithm::RS256, Algorithm::RS384, Algorithm::RS512, Algorithm::ES256, Algorithm::ES384})
        if (name == toString(one)) return one;
    return std::nullopt;
}

KeyType keyTypeOf(Algorithm algorithm) noexcept {
    switch (algorithm) {
        case Algorithm::ES256:
            return KeyType::P256;
        case Algorithm::ES384:
            return KeyType::P384;
        case Algorithm::RS256:
        case Algorithm::RS384:
        case Algorithm::RS512:
            break;
    }
    return KeyType::Rsa;
}

Key::Key(std::shared_ptr<evp_pkey_st> handle, bool isPrivate)
    : handle_(std::move(handle)), type_(typeOf(handle_.get())), isPrivate_(isPrivate) {}

Key Key::generate(Algorithm algorithm) {
    const auto type = keyTypeOf(algorithm);
    auto handle =
        owned(type == KeyType::Rsa ? EVP_RSA_gen(kRsaBits) : EVP_EC_gen(curveOf(type).groupName));
    if (!handle) failed("make a key");
    return {std::move(handle), true};
}

Key Key::fromPrivateText(const Secret& text) {
    const auto& bytes = text.reveal();
    const auto start = bytes.find_first_not_of(" \t\r\n");
    if (start != std::string::npos && bytes[start] == '{') {
        const auto document =
            json::Document::parse(bytes, {.bytesMax = kJwkBytesMax, .depthMax = 8});
        return readJwk(document.root(), true);
    }
    const Bio bio(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
    if (!bio) failed("read a key");
    auto handle = owned(PEM_read_bio_PrivateKey(bio.get(), nullptr, noPassword, nullptr));
    if (!handle)
        refuseKey(
            "the file holds no private key in PEM (-----BEGIN PRIVATE KEY-----) without a "
            "password, and no JWK");
    return {std::move(handle), true};
}

Key Key::fromJwk(const json::Value& jwk) {
    return readJwk(jwk, false);
}

Key Key::readJwk(const json::Value& jwk, bool isPrivate) {
    const auto type = jwk.at("kty");
    if (type.text() == "RSA") return {rsaFromJwk(jwk, isPrivate), isPrivate};
    if (type.text() == "EC") return {curveKeyFromJwk(jwk, isPrivate), isPrivate};
    type.refuse("is neither RSA nor EC");
}

void Key::writePublic(json::Writer& writer) const {
    // In the order that a thumbprint wants them: by name (RFC 7638, section 3.3).
    if (type_ == KeyType::Rsa) {
        writer.member("e", rsaNumber(handle(), OSSL_PKEY_PARAM_RSA_E))
            .member("kty", "RSA")
            .member("n", rsaNumber(handle(), OSSL_PKEY_PARAM_RSA_N));
        return;
    }
    const auto& curve = curveOf(type_);
    writer.member("crv", curve.jwkName)
        .member("kty", "EC")
        .member("x", coordinate(handle(), OSSL_PKEY_PARAM_EC_PUB_X, curve))
        .member("y", coordinate(handle(), OSSL_PKEY_PARAM_EC_PUB_Y, curve));
}

std::string Key::thumbprint() const {
    json::Writer writer;
    writer.beginObject();
    writePublic(writer);
    const auto text = writer.endObject().take();
    std::array<unsigned char, 32> digest{};
    if (EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1)
        failed("make a digest");
    return base64url({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

Secret Key::privatePem() const {
    const Bio bio(BIO_new(BIO_s_secmem()));
    if (!isPrivate_ || !bio ||
        PEM_write_bio_PrivateKey(bio.get(), handle(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
        failed("write a private key");
    char* bytes = nullptr;
    const auto length = BIO_get_mem_data(bio.get(), &bytes);
    return Secret(std::string(bytes, static_cast<std::size_t>(length)));
}

}  // namespace fhir::smart
