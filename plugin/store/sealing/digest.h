#pragma once

#include <string>
#include <string_view>

namespace plugin::store {

/// SHA-256 (FIPS 180-4) of a token of ours as hexadecimal, 64 characters: what is kept in its
/// place. Enough where the token itself cannot be guessed; what can be guessed wants `KeyedHash`.
std::string digestOf(std::string_view token);

}  // namespace plugin::store
