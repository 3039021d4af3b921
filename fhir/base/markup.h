#pragma once

#include <string>
#include <string_view>

namespace fhir {

/// `text` as it may stand between the tags and in the quoted attributes of HTML.
std::string escapeMarkup(std::string_view text);

}  // namespace fhir
