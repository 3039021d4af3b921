#pragma once

#include <string>
#include <string_view>

namespace plugin::domain {

/// Whether `id` is "urn:uuid:" and a UUID in lower case. R4 requires lower case (datatypes: uuid),
/// and one id in two spellings would be two entries.
bool isUuidUrn(std::string_view id) noexcept;

/// The UUID without "urn:uuid:". Throws Error{InvalidInput} if it is not one.
std::string uuidOf(std::string_view id);

}  // namespace plugin::domain
