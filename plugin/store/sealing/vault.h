#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/base/clock.h"
#include "plugin/store/sealing/cipher.h"

namespace plugin::store {

class Database;

/// Seals and opens what the tables hold, by data keys that lie in the database, each sealed by a
/// master key of the configuration. A new data key takes effect in every instance: one that meets a
/// key it does not know reads them again.
///
/// Sealing is bound to its place, see Cipher. May be used from several threads.
class Vault {
public:
    /// Reads the data keys, and makes the first ones. Throws Error{InvalidInput} where no master
    /// key opens them.
    Vault(Database& database, Cipher masters, fhir::Instant now);

    std::string seal(std::string_view plain, std::string_view place) const;
    /// Throws Error{Internal} as Cipher::open.
    std::string open(std::string_view sealed, std::string_view place) const;
    /// What is searched in place of `text`: equal for equal texts of one purpose, and never
    /// changed by a new data key. "" for "".
    std::string hash(std::string_view purpose, std::string_view text) const;

    /// Whether this was sealed by the data key that seals now.
    bool isCurrent(std::string_view sealed) const;
    /// Whether a data key that was sealed so can be opened by us.
    bool opensKey(std::string_view wrapped) const noexcept;
    /// How every text begins that is sealed now.
    std::string currentMark() const;
    /// Makes a new data key, which seals from now on, and seals every data key anew by the first
    /// master key. What other keys sealed still opens. Returns its id.
    std::string makeDataKey(fhir::Instant now);
    /// Takes up what another process has made meanwhile.
    void reload() const;
    /// The ids of all data keys that seal or open, the current one first.
    std::vector<std::string> dataKeys() const;

private:
    struct Loaded {
        Cipher cipher;
        KeyedHash search;
    };
    std::shared_ptr<const Loaded> loaded() const;
    /// The cipher that opens this text, read again where the one at hand lacks its key.
    std::shared_ptr<const Loaded> loadedFor(std::string_view sealed) const;
    void makeFirstKeys(fhir::Instant now);

    Database& database_;
    const Cipher masters_;
    mutable std::mutex mutex_;
    mutable std::shared_ptr<const Loaded> loaded_;  ///< shared with who is just using it
};

}  // namespace plugin::store
