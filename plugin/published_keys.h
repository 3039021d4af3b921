#pragma once

#include <mutex>
#include <string>

#include "fhir/base/clock.h"
#include "fhir/smart/jwk_set.h"
#include "plugin/settings.h"

namespace plugin {

/// Where this service publishes its keys: below its public address.
std::string publishedKeysUrl(const fhir::Url& publicUrl);

/// The public halves of every key that this service signs with, or will: those of the key folder,
/// and those that connections name.
fhir::smart::JwkSet publishedKeys(const Settings& settings);

/// The same as a JSON Web Key Set, read again from the folder after ten seconds, so that new keys
/// show without a restart and askers cost nothing. May be used from several threads.
class PublishedKeys {
public:
    /// How long others may keep the set: less than a new key waits before it signs.
    static constexpr std::chrono::seconds kMaxAge{15 * 60};

    explicit PublishedKeys(const Settings& settings, fhir::Clock clock = {})
        : settings_(settings), clock_(std::move(clock)) {}
    std::string json();

private:
    const Settings& settings_;
    fhir::Clock clock_;
    std::mutex mutex_;
    std::string json_;
    fhir::Deadline until_{};
};

}  // namespace plugin
