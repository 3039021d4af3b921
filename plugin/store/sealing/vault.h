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

/// Seals and opens what the tables hold, with data keys that are stored in the database, each
/// sealed by a master key of the configuration. A new data key works in every instance: one that
/// meets a key it does not know reads the data keys again.
///
/// Sealing is bound to its place, see Cipher. May be used from several threads.
class Vault {
public:
    /// Reads the data keys, or makes the first ones. Throws Error{InvalidInput} if no master key
    /// opens them.
    Vault(Database& database, Cipher masters, fhir::Instant now);

    std::string seal(std::string_view plain, std::string_view place) const;
    /// Throws Error{Internal} as Cipher::open.
    std::string open(std::string_view sealed, std::string_view place) const;
    /// Returns what is searched instead of `text`: equal for equal texts of one purpose, and never
    /// changed by a new data key. "" for "".
    std::string hash(std::string_view purpose, std::string_view text) const;

    /// Whether this was sealed by the data key that seals now.
    bool isCurrent(std::string_view sealed) const;
    /// Whether one of our master keys opens this sealed data key.
    bool opensKey(std::string_view wrapped) const noexcept;
    /// The beginning of every text that is sealed now.
    std::string currentMark() const;
    /// Makes a new data key, which seals from now on, and seals every data key again with the first
    /// master key. What older data keys sealed can still be opened. Returns the new key's id.
    std::string makeDataKey(fhir::Instant now);
    /// Reads the data keys again: another process may have made one.
    void reload() const;
    /// The ids of all data keys that seal or open, the current one first.
    std::vector<std::string> dataKeys() const;

private:
    struct Loaded {
        Cipher cipher;
        KeyedHash search;
    };
    std::shared_ptr<const Loaded> loaded() const;
    /// The cipher that opens this text; reads the data keys again if it lacks the text's key.
    std::shared_ptr<const Loaded> loadedFor(std::string_view sealed) const;
    void makeFirstKeys(fhir::Instant now);

    Database& database_;
    const Cipher masters_;
    mutable std::mutex mutex_;
    mutable std::shared_ptr<const Loaded> loaded_;  ///< shared with calls that are using it
};

}  // namespace plugin::store
