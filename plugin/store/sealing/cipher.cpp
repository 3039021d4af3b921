#include "plugin/store/sealing/cipher.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <set>

#include "fhir/base/base64.h"
#include "fhir/base/error.h"
#include "fhir/base/random.h"

namespace plugin::store {
namespace {

using fhir::Error;
using fhir::ErrorKind;

constexpr std::string_view kMark = "wm1.";
constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;
constexpr std::size_t kPlainBytesMax = 64 * 1024 * 1024;

using MacContext = std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)>;
using Context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

Context newContext() {
    return {EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free};
}

const unsigned char* bytesOf(std::string_view text) noexcept {
    return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytesOf(std::string& text) noexcept {
    return reinterpret_cast<unsigned char*>(text.data());
}
int lengthOf(std::string_view text) noexcept {
    return static_cast<int>(text.size());
}

void require(bool isDone) {
    if (!isDone) throw Error(ErrorKind::Internal, "the cryptographic library failed");
}

std::string randomBytes(std::size_t count) {
    std::string bytes(count, '\0');
    require(RAND_bytes(bytesOf(bytes), static_cast<int>(count)) == 1);
    return bytes;
}

/// Standard base64 with padding; nullopt where it is none.
std::optional<std::string> fromBase64(std::string_view text) {
    if (text.size() % 4 != 0 || text.empty()) return std::nullopt;
    std::string bytes(text.size() / 4 * 3, '\0');
    if (EVP_DecodeBlock(bytesOf(bytes), bytesOf(text), lengthOf(text)) < 0) return std::nullopt;
    for (int i = 1; i <= 2 && text[text.size() - static_cast<std::size_t>(i)] == '='; ++i)
        bytes.pop_back();
    return bytes;
}

std::optional<std::string> fromHex(std::string_view text) {
    const auto digit = [](char c) {
        if (c >= '0' && c <= '9') return c - '0';
        if (c >= 'a' && c <= 'f') return c - 'a' + 10;
        if (c >= 'A' && c <= 'F') return c - 'A' + 10;
        return -1;
    };
    std::string bytes;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
        const int high = digit(text[i]);
        const int low = digit(text[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        bytes += static_cast<char>(high * 16 + low);
    }
    return bytes;
}

bool isKeyId(std::string_view id) noexcept {
    return !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
    });
}

/// nullopt where the text was not sealed by this key for this place.
std::optional<std::string> decrypt(const std::string& key, std::string_view box,
                                   std::string_view place) {
    if (box.size() < kNonceBytes + kTagBytes) return std::nullopt;
    const auto nonce = box.substr(0, kNonceBytes);
    const auto cipherText = box.substr(kNonceBytes, box.size() - kNonceBytes - kTagBytes);
    std::string tag(box.substr(box.size() - kTagBytes));
    const auto context = newContext();
    std::string plain(cipherText.size(), '\0');
    int length = 0;
    require(context && EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, bytesOf(key),
                                          bytesOf(nonce)) == 1);
    require(EVP_DecryptUpdate(context.get(), nullptr, &length, bytesOf(place), lengthOf(place)) ==
            1);
    require(EVP_DecryptUpdate(context.get(), bytesOf(plain), &length, bytesOf(cipherText),
                              lengthOf(cipherText)) == 1);
    require(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, lengthOf(tag), tag.data()) ==
            1);
    if (EVP_DecryptFinal_ex(context.get(), bytesOf(plain) + length, &length) != 1)
        return std::nullopt;
    return plain;
}

}  // namespace

Key Key::fromText(std::string id, const fhir::Secret& text) {
    if (!isKeyId(id))
        throw Error(ErrorKind::InvalidInput,
                    "the id of a key is 1 to 64 letters, digits, \"-\" or \"_\"");
    const auto& given = text.reveal();
    auto bytes = given.size() == 2 * kBytes ? fromHex(given) : fromBase64(given);
    if (!bytes || bytes->size() != kBytes)
        throw Error(ErrorKind::InvalidInput,
                    "the key \"" + id +
                        "\" must be 32 random bytes as base64; make one with: "
                        "openssl rand -base64 32");
    return {std::move(id), fhir::Secret(*std::move(bytes))};
}

Key Key::random(std::string id) {
    return {std::move(id), fhir::Secret(randomBytes(kBytes))};
}

fhir::Secret Key::text() const {
    return fhir::Secret(fhir::base64(bytes.reveal()));
}

Cipher::Cipher(std::vector<Key> keys) : keys_(std::move(keys)) {
    if (keys_.empty()) throw Error(ErrorKind::InvalidInput, "there is no key to seal with");
    std::set<std::string_view> ids;
    for (const auto& key : keys_) {
        if (!isKeyId(key.id) || key.bytes.reveal().size() != Key::kBytes)
            throw Error(ErrorKind::InvalidInput, "a key is not 32 bytes, or has no proper id");
        if (!ids.insert(key.id).second)
            throw Error(ErrorKind::InvalidInput, "two keys have the id \"" + key.id + "\"");
    }
}

std::string Cipher::seal(std::string_view plain, std::string_view place) const {
    if (plain.empty()) return {};
    if (plain.size() > kPlainBytesMax)
        throw Error(ErrorKind::InvalidInput, "a text of more than 64 MiB cannot be stored");
    const auto& key = keys_.front();
    const auto nonce = randomBytes(kNonceBytes);
    std::string box = nonce + std::string(plain.size() + kTagBytes, '\0');
    const auto context = newContext();
    int length = 0;
    require(context && EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr,
                                          bytesOf(key.bytes.reveal()), bytesOf(nonce)) == 1);
    require(EVP_EncryptUpdate(context.get(), nullptr, &length, bytesOf(place), lengthOf(place)) ==
            1);
    require(EVP_EncryptUpdate(context.get(), bytesOf(box) + kNonceBytes, &length, bytesOf(plain),
                              lengthOf(plain)) == 1);
    require(EVP_EncryptFinal_ex(context.get(), bytesOf(box) + kNonceBytes + length, &length) == 1);
    require(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, static_cast<int>(kTagBytes),
                                bytesOf(box) + kNonceBytes + plain.size()) == 1);
    return std::string(kMark) + key.id + "." + fhir::base64(box);
}

std::string Cipher::open(std::string_view sealed, std::string_view place) const {
    if (sealed.empty()) return {};
    const auto id = keyOf(sealed);
    if (id.empty())
        throw Error(ErrorKind::Internal,
                    "the database holds a text that this program did not seal: restore a backup");
    const auto* key = find(id);
    if (key == nullptr)
        throw Error(ErrorKind::Internal, "what is stored was sealed by the key \"" +
                                             std::string(id) + "\", which this service lacks");
    const auto box = fromBase64(sealed.substr(kMark.size() + id.size() + 1));
    auto plain = box ? decrypt(key->bytes.reveal(), *box, place) : std::nullopt;
    if (!plain)
        throw Error(ErrorKind::Internal,
                    "what is stored does not open with the key \"" + std::string(id) +
                        "\": it was changed outside of this program, or that is another key of "
                        "the same name");
    return *std::move(plain);
}

bool Cipher::has(std::string_view keyId) const noexcept {
    return find(keyId) != nullptr;
}

std::string_view Cipher::keyOf(std::string_view sealed) noexcept {
    if (!sealed.starts_with(kMark)) return {};
    const auto end = sealed.find('.', kMark.size());
    return end == sealed.npos ? std::string_view()
                              : sealed.substr(kMark.size(), end - kMark.size());
}

const Key* Cipher::find(std::string_view id) const noexcept {
    const auto found =
        std::find_if(keys_.begin(), keys_.end(), [&](const Key& key) { return key.id == id; });
    return found == keys_.end() ? nullptr : &*found;
}

KeyedHash::KeyedHash(const Key& key) {
    // Looking the algorithm up costs more than a hash.
    const std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> algorithm(
        EVP_MAC_fetch(nullptr, "HMAC", nullptr), &EVP_MAC_free);
    require(algorithm != nullptr);
    MacContext context(EVP_MAC_CTX_new(algorithm.get()), &EVP_MAC_CTX_free);
    std::string digest = "SHA256";
    const std::array<OSSL_PARAM, 2> parameters{
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), digest.size()),
        OSSL_PARAM_construct_end()};
    require(context && EVP_MAC_init(context.get(), bytesOf(key.bytes.reveal()), Key::kBytes,
                                    parameters.data()) == 1);
    keyed_ = std::move(context);
}

std::string KeyedHash::of(std::string_view purpose, std::string_view text) const {
    // The length before the purpose keeps ("ab", "c") and ("a", "bc") apart.
    const auto message =
        std::to_string(purpose.size()) + ":" + std::string(purpose) + std::string(text);
    const MacContext context(EVP_MAC_CTX_dup(keyed_.get()), &EVP_MAC_CTX_free);
    std::string digest(EVP_MAX_MD_SIZE, '\0');
    std::size_t length = 0;
    require(context && EVP_MAC_update(context.get(), bytesOf(message), message.size()) == 1 &&
            EVP_MAC_final(context.get(), bytesOf(digest), &length, digest.size()) == 1);
    digest.resize(length);
    return fhir::base64url(digest);
}

}  // namespace plugin::store
