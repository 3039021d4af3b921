#pragma once

#include <cstddef>
#include <string>

namespace fhir {

/// The text of a file of at most `bytesMax` bytes. Throws Error{InvalidInput} that names it.
std::string readTextFile(const std::string& path, std::size_t bytesMax);

}  // namespace fhir
