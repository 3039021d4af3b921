#pragma once

#include <stdexcept>
#include <string>

namespace test {

inline bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// `text` with `to` instead of `from`, which must be there.
inline std::string changed(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    if (at == text.npos) throw std::logic_error("the text of the tests has no " + from);
    return text.replace(at, from.size(), to);
}

/// An id that a page may have made for what it sends.
inline constexpr const char* kUuid = "3f0c6f52-0c7e-4f1c-9d55-7f4f3f9f2a10";

}  // namespace test
