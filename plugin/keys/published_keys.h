#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "fhir/base/clock.h"
#include "fhir/base/url.h"
#include "fhir/smart/client_identity.h"
#include "fhir/smart/jwk_set.h"

namespace plugin {

/// Where this service publishes its keys: below its public address.
std::string publishedKeysUrl(const fhir::Url& publicUrl);

/// The public halves of every key that this service signs with, or will: those of the key folder,
/// and those of `identities`, which the configuration names.
fhir::smart::JwkSet publishedKeys(const std::string& keysFolder,
                                  const std::vector<fhir::smart::ClientIdentity>& identities);

/// The same as a JSON Web Key Set, read again from the folder after ten seconds, so that new keys
/// show without a restart and askers cost nothing. May be used from several threads.
class PublishedKeys {
public:
    /// How long others may keep the set: less than a new key waits before it signs.
    static constexpr std::chrono::seconds kMaxAge{15 * 60};

    /// As `publishedKeys`.
    PublishedKeys(std::string keysFolder, std::vector<fhir::smart::ClientIdentity> identities,
                  fhir::Clock clock = {})
        : keysFolder_(std::move(keysFolder)),
          identities_(std::move(identities)),
          clock_(std::move(clock)) {}
    std::string json();

private:
    std::string keysFolder_;
    std::vector<fhir::smart::ClientIdentity> identities_;
    fhir::Clock clock_;
    std::mutex mutex_;
    std::string json_;
    fhir::Deadline until_{};
};

}  // namespace plugin
