#include "fhir/smart/jwk_set.h"

#include "fhir/base/error.h"

namespace fhir::smart {
namespace {

/// Whether a key is there to check signatures with (RFC 7517, sections 4.2 and 4.3).
bool isForSignatures(const json::Value& jwk) {
    if (jwk.findString("use").value_or("sig") != "sig") return false;
    const auto operations = jwk.find("key_ops");
    if (!operations) return true;
    for (const auto operation : operations->array())
        if (operation.text() == "verify") return true;
    return false;
}

std::optional<Jwk> readKey(const json::Value& json) {
    try {
        const auto name = json.findString("alg");
        const auto algorithm = name ? findAlgorithm(*name) : std::nullopt;
        if (!isForSignatures(json) || (name && !algorithm)) return std::nullopt;
        Jwk jwk{Key::fromJwk(json), json.findString("kid").value_or(""), algorithm};
        if (algorithm && keyTypeOf(*algorithm) != jwk.key.type()) return std::nullopt;
        return jwk;
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::InvalidInput) throw;
        return std::nullopt;
    }
}

}  // namespace

JwkSet JwkSet::parse(std::string text) {
    const json::Limits limits{.bytesMax = kBytesMax, .depthMax = 8, .valuesMax = 20'000};
    return fromJson(json::Document::parse(std::move(text), limits).root());
}

JwkSet JwkSet::fromJson(const json::Value& json) {
    std::vector<Jwk> keys;
    int left = kKeysMax;
    for (const auto one : json.at("keys").array()) {
        if (left-- == 0) break;
        if (auto jwk = readKey(one)) keys.push_back(*std::move(jwk));
    }
    return JwkSet(std::move(keys));
}

std::string JwkSet::toJson() const {
    json::Writer writer;
    writer.beginObject().key("keys").beginArray();
    for (const auto& jwk : keys_) {
        writer.beginObject();
        jwk.key.writePublic(writer);
        writer.member("kid", jwk.kid).member("use", "sig");
        if (jwk.algorithm) writer.member("alg", toString(*jwk.algorithm));
        writer.endObject();
    }
    return writer.endArray().endObject().take();
}

std::optional<Key> JwkSet::find(std::string_view kid, Algorithm algorithm) const {
    std::optional<Key> found;
    for (const auto& jwk : keys_) {
        const bool fits = jwk.key.type() == keyTypeOf(algorithm) &&
                          jwk.algorithm.value_or(algorithm) == algorithm;
        if (!fits || (!kid.empty() && jwk.kid != kid)) continue;
        if (found) return std::nullopt;
        found = jwk.key;
    }
    return found;
}

}  // namespace fhir::smart
