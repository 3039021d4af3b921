#include "plugin/domain/uuid_urn.h"

#include <algorithm>

#include "fhir/base/error.h"
#include "fhir/base/random.h"

namespace plugin::domain {
namespace {
constexpr std::string_view kPrefix = "urn:uuid:";
}  // namespace

bool isUuidUrn(std::string_view id) noexcept {
    if (id.substr(0, kPrefix.size()) != kPrefix) return false;
    const auto uuid = id.substr(kPrefix.size());
    return fhir::isUuid(uuid) &&
           std::none_of(uuid.begin(), uuid.end(), [](char c) { return c >= 'A' && c <= 'F'; });
}

std::string uuidOf(std::string_view id) {
    if (!isUuidUrn(id))
        throw fhir::Error(fhir::ErrorKind::InvalidInput,
                          "the id must be urn:uuid: and a UUID in lower case");
    return std::string(id.substr(kPrefix.size()));
}

}  // namespace plugin::domain
