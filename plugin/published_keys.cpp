#include "plugin/published_keys.h"

#include <algorithm>

#include "plugin/key_folder.h"

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

fhir::smart::JwkSet publishedKeys(const Settings& settings) {
    auto keys = KeyFolder(settings.keysFolder).published().keys();
    std::vector<const fhir::smart::ClientIdentity*> identities;
    for (const auto& connection : settings.connections) {
        identities.push_back(&connection.auth.identity);
        if (connection.launch) identities.push_back(&connection.launch->auth.identity);
    }
    for (const auto* one : identities) {
        const auto& identity = *one;
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
        json_ = publishedKeys(settings_).toJson();
        until_ = now + kReadAgainAfter;
    }
    return json_;
}

}  // namespace plugin
