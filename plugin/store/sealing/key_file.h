#pragma once

#include <string>

#include "plugin/store/sealing/cipher.h"

namespace plugin::store {

/// Returns the master key in a file. If there is no file, makes one with a new key, which only its
/// owner can read; if several processes do so at once, one makes it. The file's text is the key's
/// id and its 32 bytes as base64, with one blank between. Throws Error{InvalidInput} if the file
/// holds anything else, Error{Internal} if it cannot be made.
Key keyInFile(const std::string& path);

}  // namespace plugin::store
