#pragma once

#include <string>
#include <string_view>

namespace fhir {

/// Escapes `text` for use between HTML tags and in quoted attributes.
std::string escapeMarkup(std::string_view text);

}  // namespace fhir
