#pragma once

#include <functional>
#include <string>

#include "plugin/store/sealing/vault.h"

namespace plugin::store {

/// A change that open pages are told of. Names nobody, because it goes through the database server
/// and to every instance.
struct Change {
    std::string topic;  ///< what it is about: a keyed hash; "": anything may have changed
    std::string event;  ///< "changed", "read", "receipt"
    std::string value;  ///< the new version, or a time; no blanks
};

/// Is called with each change, of this and of other instances, after it is on disk; one at a time.
/// Must not throw, nor use the database.
using ChangeListener = std::function<void(const Change&)>;

/// Topics: a unit's list; one patient; and a unit that is to be read, which is for the instances
/// only ("due", with the time in milliseconds since 1970).
std::string wardTopic(const Vault& vault, const std::string& connection, const std::string& unit);
std::string patientTopic(const Vault& vault, const std::string& connection,
                         const std::string& patient);
std::string readingTopic(const Vault& vault, const std::string& connection,
                         const std::string& unit);

/// One line, as it goes through the database server.
std::string toText(const Change& change);
/// Reads such a line; any other text means that anything may have changed.
Change toChange(const std::string& text);

}  // namespace plugin::store
