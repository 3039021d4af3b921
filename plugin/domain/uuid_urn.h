#pragma once

#include <string>
#include <string_view>

namespace plugin::domain {

/// Whether `id` is "urn:uuid:" and a UUID in lower case. R4 writes them so (datatypes: uuid), and
/// the same id in two spellings would be two entries.
bool isUuidUrn(std::string_view id) noexcept;

/// The UUID without "urn:uuid:". Throws Error{InvalidInput} where it is none.
std::string uuidOf(std::string_view id);

}  // namespace plugin::domain
