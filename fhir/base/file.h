#pragma once

#include <cstddef>
#include <string>

namespace fhir {

/// Reads a file of at most `bytesMax` bytes. Throws Error{InvalidInput} that names the file.
std::string readTextFile(const std::string& path, std::size_t bytesMax);

}  // namespace fhir
