#pragma once

#include <functional>
#include <string>

#include "plugin/store/sealing/vault.h"

namespace plugin::store {

/// Something has changed: what pages that are open are told. Names nobody: it goes through the
/// database server and to every instance.
struct Change {
    std::string topic;  ///< what it is about: a keyed hash; "": anything may have changed
    std::string event;  ///< "changed", "read", "receipt"
    std::string value;  ///< the version that it is now, or a time; no blanks
};

/// Told each change once it is on disk, of this and of other instances, one at a time; must not
/// throw, nor ask the database.
using ChangeListener = std::function<void(const Change&)>;

/// Topics: a unit's list, one patient; and a unit that is to be read, for the instances alone:
/// "due", with the time in milliseconds since 1970.
std::string wardTopic(const Vault& vault, const std::string& connection, const std::string& unit);
std::string patientTopic(const Vault& vault, const std::string& connection,
                         const std::string& patient);
std::string readingTopic(const Vault& vault, const std::string& connection,
                         const std::string& unit);

/// One line, as it goes through the database server.
std::string toText(const Change& change);
/// A text that is no change is one where anything may have changed.
Change toChange(const std::string& text);

}  // namespace plugin::store
