#include "fhir/base/headers.h"

#include <algorithm>

namespace fhir {
namespace {

char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

}  // namespace

bool equalsIgnoringCase(std::string_view left, std::string_view right) noexcept {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](char a, char b) { return lower(a) == lower(b); });
}

std::optional<std::string> Headers::find(std::string_view name) const {
    for (const auto& [key, value] : fields_)
        if (equalsIgnoringCase(key, name)) return value;
    return std::nullopt;
}

void Headers::set(std::string_view name, std::string value) {
    std::erase_if(fields_,
                  [&](const auto& field) { return equalsIgnoringCase(field.first, name); });
    fields_.emplace_back(std::string(name), std::move(value));
}

std::string mediaType(std::string_view contentType) {
    auto type = contentType.substr(0, contentType.find(';'));
    while (!type.empty() && (type.back() == ' ' || type.back() == '\t')) type.remove_suffix(1);
    while (!type.empty() && (type.front() == ' ' || type.front() == '\t')) type.remove_prefix(1);
    std::string result(type);
    std::transform(result.begin(), result.end(), result.begin(), lower);
    return result;
}

}  // namespace fhir
