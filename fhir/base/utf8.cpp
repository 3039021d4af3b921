#include "fhir/base/utf8.h"

#include <array>
#include <cstdint>
#include <cstring>

namespace fhir {

std::optional<std::uint32_t> takeCodePoint(std::string_view& rest) noexcept {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(rest[at]); };
    const std::uint32_t lead = byte(0);
    if (lead < 0x80) {
        rest.remove_prefix(1);
        return lead;
    }
    const std::size_t length = lead >= 0xF0 ? 4U : lead >= 0xE0 ? 3U : 2U;
    if (lead < 0xC2 || lead > 0xF4 || rest.size() < length) return std::nullopt;
    static constexpr std::array<std::uint32_t, 5> kSmallest{0, 0, 0x80, 0x800, 0x10000};
    std::uint32_t point = lead & (0x7FU >> length);
    for (std::size_t at = 1; at < length; ++at) {
        if ((byte(at) & 0xC0U) != 0x80U) return std::nullopt;
        point = (point << 6U) | (byte(at) & 0x3FU);
    }
    const bool isSurrogate = point >= 0xD800 && point <= 0xDFFF;
    if (point < kSmallest.at(length) || isSurrogate || point > 0x10FFFF) return std::nullopt;
    rest.remove_prefix(length);
    return point;
}

std::size_t findBadUtf8(std::string_view text) noexcept {
    constexpr std::uint64_t kHighBits = 0x8080808080808080;
    for (std::size_t i = 0; i < text.size();) {
        std::array<std::uint64_t, 2> bytes{};
        if (i + sizeof bytes <= text.size()) {
            std::memcpy(bytes.data(), text.data() + i, sizeof bytes);
            if (((bytes[0] | bytes[1]) & kHighBits) == 0) {
                i += sizeof bytes;
                continue;
            }
        }
        if (static_cast<unsigned char>(text[i]) < 0x80) {
            ++i;
            continue;
        }
        auto rest = text.substr(i);
        if (!takeCodePoint(rest)) return i;
        i = text.size() - rest.size();
    }
    return std::string_view::npos;
}

std::size_t findHalfSurrogate(std::string_view text) noexcept {
    for (auto at = text.find('\xED'); at != std::string_view::npos; at = text.find('\xED', at + 1))
        if (at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) >= 0xA0 &&
            static_cast<unsigned char>(text[at + 1]) <= 0xBF)
            return at;
    return std::string_view::npos;
}

}  // namespace fhir
