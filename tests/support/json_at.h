#pragma once

#include <algorithm>
#include <string>

#include "fhir/base/json.h"

namespace test {

/// The value at a JSON pointer, a string as its text and anything else as JSON; "" if there is
/// none.
inline std::string at(const std::string& json, const std::string& pointer) {
    const auto document = fhir::json::Document::parse(json);
    auto value = document.root();
    for (std::size_t start = 1; start <= pointer.size();) {
        const auto end = std::min(pointer.find('/', start), pointer.size());
        const auto name = pointer.substr(start, end - start);
        start = end + 1;
        if (value.isArray()) {
            auto left = std::stoul(name);
            bool found = false;
            for (const auto element : value.array()) {
                if (left-- > 0) continue;
                value = element;
                found = true;
                break;
            }
            if (!found) return {};
        } else {
            const auto member = value.isObject() ? value.find(name) : std::nullopt;
            if (!member) return {};
            value = *member;
        }
    }
    return value.isString() ? value.string() : value.toJson();
}

/// How many elements the array at a JSON pointer has; 0 if there is none.
inline std::size_t sizeAt(const std::string& json, const std::string& pointer) {
    const auto text = at(json, pointer);
    return text.empty() ? 0 : fhir::json::Document::parse(text).root().size();
}

}  // namespace test
