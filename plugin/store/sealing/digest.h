#pragma once

#include <string>
#include <string_view>

namespace plugin::store {

/// SHA-256 (FIPS 180-4) of a token of ours as hexadecimal, 64 characters: stored instead of the
/// token. Enough for a token that cannot be guessed; what can be guessed needs `KeyedHash`.
std::string digestOf(std::string_view token);

}  // namespace plugin::store
