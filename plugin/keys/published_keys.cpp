#include "plugin/keys/published_keys.h"

#include <algorithm>

#include "plugin/keys/key_folder.h"

namespace plugin {
namespace {

constexpr std::chrono::seconds kReadAgainAfter{10};

}  // namespace

std::string publishedKeysUrl(const fhir::Url& publicUrl) {
    auto url = publicUrl;
    while (url.path.ends_with('/')) url.path.pop_back();
    url.path += "/.well-known/jwks.json";
    url.query.clear();
    return url.text();
}

fhir::smart::JwkSet publishedKeys(const std::string& keysFolder,
                                  const std::vector<fhir::smart::ClientIdentity>& identities) {
    auto keys = KeyFolder(keysFolder).published().keys();
    for (const auto& identity : identities) {
        if (!identity.key) continue;
        const bool isThere = std::any_of(keys.begin(), keys.end(), [&](const auto& jwk) {
            return jwk.kid == identity.kid && jwk.key.thumbprint() == identity.key->thumbprint();
        });
        if (!isThere) keys.push_back({*identity.key, identity.kid, identity.algorithm});
    }
    return fhir::smart::JwkSet(std::move(keys));
}

std::string PublishedKeys::json() {
    const std::lock_guard lock(mutex_);
    const auto now = clock_.steady();
    if (json_.empty() || now >= until_) {
        json_ = publishedKeys(keysFolder_, identities_).toJson();
        until_ = now + kReadAgainAfter;
    }
    return json_;
}

}  // namespace plugin
