#pragma once

#include <string>
#include <utility>

namespace fhir {

/// A password, key or token. Cannot be written to a stream, a log line or JSON by accident: its
/// text is available by `reveal()` alone, which is easy to search for.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string text) : text_(std::move(text)) {}
    const std::string& reveal() const noexcept { return text_; }
    bool empty() const noexcept { return text_.empty(); }

private:
    std::string text_;
};

}  // namespace fhir
