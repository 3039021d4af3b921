#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

/// The media type without its parameters, in lower case: "application/fhir+json".
std::string mediaType(std::string_view contentType);

}  // namespace fhir
