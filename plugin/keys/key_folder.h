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
    std::optional<fhir::smart::Key> key;   ///< deleted when the key is retired
};

/// The service's signing keys: a file for each in a folder that only its owner may read. Several
/// keys are published at once, so that one can take over from another without a gap.
///
/// Every function throws Error{InvalidInput}, which names the file and what to do, if others may
/// read a file or a file holds no key.
class KeyFolder {
public:
    /// A new key is published this long before it signs: by then, everybody who holds our older set
    /// has fetched the new one.
    static constexpr std::chrono::hours kPublishedBefore{1};

    explicit KeyFolder(std::string path) : path_(std::move(path)) {}

    /// Returns every key, oldest first; none if the folder does not exist.
    std::vector<StoredKey> list() const;

    /// Makes a key and writes it down.
    StoredKey make(fhir::smart::Algorithm algorithm, fhir::Instant now) const;

    /// Retires a key: erases its private half. Throws Error{NotFound} if no key has this id,
    /// Error{Conflict} if it is the last one of its algorithm and no other could take over.
    void retire(const std::string& kid, fhir::Instant now) const;

    /// Returns the key to sign with: the newest that has been published long enough, else the
    /// oldest; nullopt if there is no key of this algorithm.
    std::optional<StoredKey> signing(fhir::smart::Algorithm algorithm, fhir::Instant now) const;

    /// The public halves of all keys that are not retired.
    fhir::smart::JwkSet published() const;

    const std::string& path() const noexcept { return path_; }

private:
    void write(const StoredKey& key) const;

    std::string path_;
};

/// Throws Error{InvalidInput} if anybody but its owner may read the file.
void requirePrivate(const std::string& file);

}  // namespace plugin
