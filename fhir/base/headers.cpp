#include "fhir/base/headers.h"

#include <algorithm>

namespace fhir {
namespace {

char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

/// A number of exactly these digits, or -1.
int digits(std::string_view text) noexcept {
    int value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return -1;
        value = value * 10 + (c - '0');
    }
    return value;
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

std::optional<Instant> parseHttpDate(std::string_view text) noexcept {
    using namespace std::chrono;
    static constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
    static constexpr std::string_view kShape = "???, ?? ??? ???? ??:??:?? GMT";
    if (text.size() != kShape.size()) return std::nullopt;
    for (std::size_t i = 0; i < kShape.size(); ++i)
        if (kShape[i] != '?' && kShape[i] != text[i]) return std::nullopt;
    const auto monthAt = kMonths.find(text.substr(8, 3));
    const int dayNumber = digits(text.substr(5, 2));
    const int yearNumber = digits(text.substr(12, 4));
    const int hour = digits(text.substr(17, 2));
    const int minute = digits(text.substr(20, 2));
    const int second = digits(text.substr(23, 2));
    if (monthAt == std::string_view::npos || monthAt % 3 != 0 || dayNumber < 1) return std::nullopt;
    // The years that an Instant holds whole.
    if (yearNumber < 1678 || yearNumber > 2261) return std::nullopt;
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
        return std::nullopt;
    const auto date = year{yearNumber} / month{static_cast<unsigned>(monthAt / 3 + 1)} /
                      day{static_cast<unsigned>(dayNumber)};
    if (!date.ok()) return std::nullopt;
    return sys_days{date} + hours{hour} + minutes{minute} + seconds{second};
}

std::string_view trimmed(std::string_view text) noexcept {
    constexpr std::string_view kSpace = " \t";
    const auto first = text.find_first_not_of(kSpace);
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::vector<std::string_view> listElements(std::string_view field) {
    std::vector<std::string_view> elements;
    while (!field.empty()) {
        const auto comma = std::min(field.find(','), field.size());
        const auto element = trimmed(field.substr(0, comma));
        if (!element.empty()) elements.push_back(element);
        field.remove_prefix(std::min(comma + 1, field.size()));
    }
    return elements;
}

std::string mediaType(std::string_view contentType) {
    std::string result(trimmed(contentType.substr(0, contentType.find(';'))));
    std::transform(result.begin(), result.end(), result.begin(), lower);
    return result;
}

}  // namespace fhir
