#pragma once

#include <optional>
#include <string>

namespace fhir {

/// Why these PEM files are not a certificate and its key, in words that say what to do; nullopt
/// where they are. A key under a pass phrase is none: nobody is there to type it.
std::optional<std::string> whyNotPair(const std::string& certificateFile,
                                      const std::string& keyFile);

}  // namespace fhir
