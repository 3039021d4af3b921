#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "fhir/base/clock.h"
#include "fhir/smart/jwk_set.h"

namespace plugin {

/// A signing key of ours as the folder holds it.
struct StoredKey {
    std::string kid;  ///< the key's thumbprint (RFC 7638)
    fhir::smart::Algorithm algorithm = fhir::smart::Algorithm::ES384;
    fhir::Instant created;
    std::optional<fhir::Instant> retired;  ///< neither published nor used since then
    std::optional<fhir::smart::Key> key;   ///< gone once it is retired
};

/// The service's signing keys: a file for each in a folder that only its owner may read. Several
/// keys are published at once, so that one can take over from another without a gap.
///
/// Everything throws Error{InvalidInput} that names the file and what to do: one that others
/// may read, one that holds no key.
class KeyFolder {
public:
    /// A new key is published this long before it signs: who holds our older set has fetched
    /// the new one by then.
    static constexpr std::chrono::hours kPublishedBefore{1};

    explicit KeyFolder(std::string path) : path_(std::move(path)) {}

    /// Every key, oldest first; none where the folder is not there.
    std::vector<StoredKey> list() const;

    /// Makes a key and writes it down.
    StoredKey make(fhir::smart::Algorithm algorithm, fhir::Instant now) const;

    /// Ends a key: its private half is erased. Throws Error{NotFound} where there is none of this
    /// id, Error{Conflict} where it is the last of its algorithm and no other could take over.
    void retire(const std::string& kid, fhir::Instant now) const;

    /// The key to sign with: the newest that has been published long enough, the oldest where
    /// none has. nullopt where there is no key of this algorithm.
    std::optional<StoredKey> signing(fhir::smart::Algorithm algorithm, fhir::Instant now) const;

    /// The public halves of all keys that are not retired.
    fhir::smart::JwkSet published() const;

    const std::string& path() const noexcept { return path_; }

private:
    void write(const StoredKey& key) const;

    std::string path_;
};

/// Throws Error{InvalidInput} where others than its owner may read the file.
void requirePrivate(const std::string& file);

}  // namespace plugin
