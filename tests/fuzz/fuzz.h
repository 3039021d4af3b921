#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "fhir/base/error.h"

namespace fuzz {

/// What the fuzzer gives, as text.
inline std::string textOf(const std::uint8_t* data, std::size_t size) {
    return size == 0 ? std::string() : std::string(reinterpret_cast<const char*>(data), size);
}

/// Runs a reader: it may refuse with the one exception type that it promises. Any other ends the
/// process, which is what the fuzzer looks for.
template <class Read>
void mayRefuse(Read read) {
    try {
        read();
    } catch (const fhir::Error&) {
        return;
    }
}

/// Ends the process if a promise was broken.
inline void require(bool promise) {
    if (!promise) std::abort();
}

}  // namespace fuzz
