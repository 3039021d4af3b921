#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fhir/base/clock.h"

namespace fhir {

/// HTTP header fields in the order they came; names compare without case (RFC 9110, section 5.1).
class Headers {
public:
    Headers() = default;
    Headers(std::initializer_list<std::pair<std::string, std::string>> fields) : fields_(fields) {}

    std::optional<std::string> find(std::string_view name) const;
    /// Replaces every field of that name.
    void set(std::string_view name, std::string value);
    void add(std::string name, std::string value) {
        fields_.emplace_back(std::move(name), std::move(value));
    }
    auto begin() const noexcept { return fields_.begin(); }
    auto end() const noexcept { return fields_.end(); }

private:
    std::vector<std::pair<std::string, std::string>> fields_;
};

/// Compares ASCII text without case; other bytes must be equal.
bool equalsIgnoringCase(std::string_view left, std::string_view right) noexcept;

/// Reads an HTTP date, "Sat, 07 Mar 2026 08:15:00 GMT" (IMF-fixdate, RFC 9110, section 5.6.7);
/// nullopt for any other text, the two obsolete forms included.
std::optional<Instant> parseHttpDate(std::string_view text) noexcept;

/// The text without spaces and tabs at both ends (OWS, RFC 9110, section 5.6.3).
std::string_view trimmed(std::string_view text) noexcept;

/// The elements of a field that is a list, trimmed, without empty ones (RFC 9110, section 5.6.1). A
/// comma in a quoted string ends an element as well: not for fields that may hold one.
std::vector<std::string_view> listElements(std::string_view field);
std::vector<std::string_view> listElements(std::string&&) = delete;  // they point into the field

/// The media type without its parameters, in lower case: "application/fhir+json".
std::string mediaType(std::string_view contentType);

}  // namespace fhir
