#pragma once

#include <string_view>

namespace adapters {

/// Whether `left` comes before `right` as people sort names: digits compare as numbers ("Bed 2"
/// before "Bed 10"), ASCII letters without case, everything else by code point. A strict weak order
/// in which "bed 02" and "Bed 2" are equal.
bool naturalLess(std::string_view left, std::string_view right) noexcept;

}  // namespace adapters
