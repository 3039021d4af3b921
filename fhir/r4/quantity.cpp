#include "fhir/r4/quantity.h"

#include <algorithm>

namespace fhir {

namespace {

/// Takes the digits at the front of `text`; how many there were.
std::size_t takeDigits(std::string_view& text) noexcept {
    const auto end =
        std::find_if(text.begin(), text.end(), [](char c) { return c < '0' || c > '9'; });
    const auto count = static_cast<std::size_t>(end - text.begin());
    text.remove_prefix(count);
    return count;
}

bool take(std::string_view& text, std::string_view oneOf) noexcept {
    if (text.empty() || oneOf.find(text.front()) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
}

/// RFC 8259, section 6: "-0.10e+3".
bool isNumber(std::string_view text) noexcept {
    take(text, "-");
    if (!take(text, "0") && takeDigits(text) == 0) return false;
    if (take(text, ".") && takeDigits(text) == 0) return false;
    if (take(text, "eE")) {
        take(text, "+-");
        if (takeDigits(text) == 0) return false;
    }
    return text.empty();
}

}  // namespace

Decimal Decimal::parse(std::string_view text) {
    constexpr std::size_t kLengthMax = 64;
    if (text.size() > kLengthMax || !isNumber(text))
        throw Error(ErrorKind::InvalidInput, "is not a decimal (-12.50, 64 characters at most)");
    return Decimal(text);
}

Decimal Decimal::fromJson(const json::Value& json, json::Wanted&) {
    return Decimal(json.number());
}

Quantity Quantity::fromJson(const json::Value& json, json::Wanted& wanted) {
    return {.value = wanted.find<Decimal>(json, "value"),
            .comparator = wanted.string(json, "comparator"),
            .unit = wanted.string(json, "unit"),
            .system = wanted.string(json, "system"),
            .code = wanted.string(json, "code")};
}

void Quantity::toJson(json::Writer& writer) const {
    writer.beginObject();
    writeObject(writer, "value", value);
    writer.member("comparator", comparator)
        .member("unit", unit)
        .member("system", system)
        .member("code", code)
        .endObject();
}

}  // namespace fhir
