#pragma once

#include <string>

namespace faults {

/// One `whatmatters serve` that the system lets open 300 files, with 600 callers who ask nothing:
/// whoever asks is still answered, again and again. "" if so. `program`: whatmatters.
std::string idleWithFewFiles(const std::string& program);

}  // namespace faults
