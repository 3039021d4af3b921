#pragma once

#include <string>
#include <utility>

namespace fhir {

/// A password, key or token. Has no way into a stream, a log line or JSON; whoever needs the
/// text says `reveal()`, which is easy to find.
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
