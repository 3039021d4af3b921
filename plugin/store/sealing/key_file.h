#pragma once

#include <string>

#include "plugin/store/sealing/cipher.h"

namespace plugin::store {

/// The master key in a file, which is made where there is none, with a new key in it and for its
/// owner's eyes alone. Of several processes that make it at once, one does. Its text is the key's
/// id and its 32 bytes as base64, one blank between.
/// Throws Error{InvalidInput} where the file holds something else, Error{Internal} where it cannot
/// be made.
Key keyInFile(const std::string& path);

}  // namespace plugin::store
