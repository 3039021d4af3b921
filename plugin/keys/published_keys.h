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

/// Returns the public halves of all keys that this service signs with, now or later: those of the
/// key folder and those of `identities`, which the configuration names.
fhir::smart::JwkSet publishedKeys(const std::string& keysFolder,
                                  const std::vector<fhir::smart::ClientIdentity>& identities);

/// Serves the same as a JSON Web Key Set. Reads the folder again after ten seconds, so that new
/// keys appear without a restart and requests cost nothing. May be used from several threads.
class PublishedKeys {
public:
    /// How long others may cache the set: less than a new key waits before it signs.
    static constexpr std::chrono::seconds kMaxAge{15 * 60};

    /// Arguments as for `publishedKeys`.
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
