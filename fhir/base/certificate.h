#pragma once

#include <optional>
#include <string>

namespace fhir {

/// Says why these PEM files are not a certificate and its key, and what to do; nullopt if they are.
/// A key with a pass phrase is refused: nobody is there to type it.
std::optional<std::string> whyNotPair(const std::string& certificateFile,
                                      const std::string& keyFile);

}  // namespace fhir
