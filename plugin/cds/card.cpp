#include "plugin/cds/card.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "fhir/base/json.h"

namespace plugin::cds {
namespace {

constexpr std::string_view kFirstStrongIsolate = "\u2068";
constexpr std::string_view kPopDirectionalIsolate = "\u2069";
constexpr std::string_view kEllipsis = "\u2026";

/// One code point of checked UTF-8 as the bytes that it has.
std::string_view codePointAt(std::string_view text, std::size_t at) {
    const auto lead = static_cast<unsigned char>(text[at]);
    std::size_t length = 1;
    if (lead >= 0xf0)
        length = 4;
    else if (lead >= 0xe0)
        length = 3;
    else if (lead >= 0xc0)
        length = 2;
    return text.substr(at, length);
}

char32_t decode(std::string_view bytes) {
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    switch (bytes.size()) {
        case 1:
            return at(0);
        case 2:
            return ((at(0) & 0x1fU) << 6) | (at(1) & 0x3fU);
        case 3:
            return ((at(0) & 0x0fU) << 12) | ((at(1) & 0x3fU) << 6) | (at(2) & 0x3fU);
        default:
            return ((at(0) & 0x07U) << 18) | ((at(1) & 0x3fU) << 12) | ((at(2) & 0x3fU) << 6) |
                   (at(3) & 0x3fU);
    }
}

/// Vowel signs and other marks of the Indic blocks, which all follow one layout (ISCII) of 128
/// characters; Sinhala, the last of them, has its own.
bool isIndicMark(char32_t c) {
    if (c < 0x0900 || c >= 0x0e00) return false;
    const auto place = c & 0x7fU;
    if (c >= 0x0d80) return place <= 0x03 || place == 0x4a || (place >= 0x4f && place <= 0x5f);
    return place <= 0x03 || place == 0x3c || (place >= 0x3e && place <= 0x4d) ||
           (place >= 0x51 && place <= 0x57) || place == 0x62 || place == 0x63;
}

/// Whether a character belongs to the one before it: marks, joiners, selectors, skin tones.
bool extends(char32_t c) {
    static constexpr std::array<std::pair<char32_t, char32_t>, 25> kRanges{{
        {0x0300, 0x036f},   {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x05bf, 0x05bf},
        {0x05c1, 0x05c2},   {0x05c4, 0x05c5}, {0x05c7, 0x05c7}, {0x0610, 0x061a},
        {0x064b, 0x065f},   {0x0670, 0x0670}, {0x06d6, 0x06dc}, {0x0e31, 0x0e31},
        {0x0e34, 0x0e3a},   {0x0e47, 0x0e4e}, {0x0eb1, 0x0ebc}, {0x0ec8, 0x0ece},
        {0x0f71, 0x0f84},   {0x102b, 0x103e}, {0x17b4, 0x17d3}, {0x1ab0, 0x1aff},
        {0x20d0, 0x20ff},   {0x200d, 0x200d}, {0xfe00, 0xfe0f}, {0x1f3fb, 0x1f3ff},
        {0xe0020, 0xe007f},
    }};
    return isIndicMark(c) || std::any_of(kRanges.begin(), kRanges.end(), [c](const auto& range) {
               return c >= range.first && c <= range.second;
           });
}

/// After these the next consonant is written into the same shape: joiners, and the viramas of
/// the scripts that stack.
bool joinsNext(char32_t c) {
    const bool isIndicVirama = c >= 0x0900 && c < 0x0d80 && (c & 0x7fU) == 0x4d;
    return c == 0x200d || isIndicVirama || c == 0x0dca || c == 0x1039 || c == 0x17d2;
}

/// Two of these are one flag.
bool isRegionalIndicator(char32_t c) {
    return c >= 0x1f1e6 && c <= 0x1f1ff;
}

/// Isolates and overrides steer the text around them when a patient's words hold half of a pair.
bool isDirectionControl(char32_t c) {
    return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

bool isSpace(char32_t c) {
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85 || c == 0x2028 || c == 0x2029;
}

bool isControl(char32_t c) {
    return (c < 0x20 || (c >= 0x7f && c < 0xa0)) && !isSpace(c);
}

/// The words on one line, without controls, as code points.
std::vector<std::string_view> visible(std::string_view words) {
    std::vector<std::string_view> result;
    for (std::size_t at = 0; at < words.size();) {
        const auto bytes = codePointAt(words, at);
        at += bytes.size();
        const auto c = decode(bytes);
        if (isDirectionControl(c) || isControl(c)) continue;
        if (isSpace(c)) {
            if (!result.empty() && result.back() != " ") result.emplace_back(" ");
            continue;
        }
        result.push_back(bytes);
    }
    if (!result.empty() && result.back() == " ") result.pop_back();
    return result;
}

std::string join(const std::vector<std::string_view>& points, std::size_t count) {
    std::string result;
    for (std::size_t i = 0; i < count; ++i) result += points[i];
    return result;
}

std::string speaker(const domain::Statement& statement) {
    if (statement.speaker == domain::Speaker::Patient) return "the patient";
    return statement.speakerName ? *statement.speakerName + ", for the patient"
                                 : std::string("someone close, for the patient");
}

const char* headingOf(domain::Aspect aspect) {
    switch (aspect) {
        case domain::Aspect::Now:
            return "What matters most now";
        case domain::Aspect::AboutMe:
            return "About me";
        case domain::Aspect::WhoMatters:
            return "Who matters to me";
        case domain::Aspect::PleaseDo:
            return "Please do";
        case domain::Aspect::PleaseDoNot:
            return "Please do not";
        case domain::Aspect::HowToTalkWithMe:
            return "How to talk with me";
    }
    return "";
}

std::string escaped(std::string_view text) {
    std::string result;
    for (const char c : text) {
        static constexpr std::string_view kMarkup = "\\`*_{}[]()#+-.!|<>~&:@/\"'";
        if (kMarkup.find(c) != std::string_view::npos) result += '\\';
        result += c;
    }
    return result;
}

}  // namespace

std::string shorten(std::string_view words, std::size_t charactersMax) {
    const auto points = visible(words);
    if (points.size() <= charactersMax) return join(points, points.size());
    auto end = charactersMax - 1;  // room for the ellipsis
    const auto joined = [&](std::size_t at) {
        const auto c = decode(points[at]);
        if (extends(c) || (at > 0 && joinsNext(decode(points[at - 1])))) return true;
        std::size_t flagsBefore = 0;
        while (flagsBefore < at && isRegionalIndicator(decode(points[at - flagsBefore - 1])))
            ++flagsBefore;
        return isRegionalIndicator(c) && flagsBefore % 2 == 1;
    };
    while (end > 0 && joined(end)) --end;
    // A word is cut only where there is no space in the last fifth.
    for (auto at = end; at > end - end / 5; --at)
        if (points[at] == " ") {
            end = at;
            break;
        }
    return join(points, end) + std::string(kEllipsis);
}

std::string asMarkdownQuote(std::string_view words) {
    std::string result = "> " + std::string(kFirstStrongIsolate);
    bool lineEmpty = true;
    for (std::size_t at = 0; at < words.size();) {
        const auto bytes = codePointAt(words, at);
        at += bytes.size();
        if (isDirectionControl(decode(bytes)) || bytes == "\r") continue;
        if (bytes == "\n") {
            if (lineEmpty) continue;  // a blank line would end the quote
            result +=
                std::string(kPopDirectionalIsolate) + "  \n> " + std::string(kFirstStrongIsolate);
            lineEmpty = true;
            continue;
        }
        if (lineEmpty && isSpace(decode(bytes))) continue;  // four spaces would be a code block
        result += escaped(bytes);
        lineEmpty = false;
    }
    return result + std::string(kPopDirectionalIsolate);
}

std::optional<std::string> cardJson(const domain::Summary& summary, fhir::Instant now,
                                    std::optional<fhir::Instant> heldFrom) {
    const auto* statement = summary.judgement.current;
    if (statement == nullptr || statement->text.empty()) return std::nullopt;
    std::string detail;
    std::string headline;
    if (statement->keepToTeam) {
        headline = "What matters to this person was said, and is kept to the care team.";
        detail = headline + " Open the page to read it.";
    } else {
        headline = shorten(statement->text, kSummaryCharactersMax);
        detail = "**" + std::string(headingOf(summary.aspect)) + "**\n\n" +
                 asMarkdownQuote(statement->text);
    }
    const auto when = domain::isTimeKnown(*statement) ? domain::ago(statement->said, now) + " by "
                                                      : std::string("at an unknown time by ");
    detail +=
        "\n\nSaid " + when + escaped(shorten(speaker(*statement), kSummaryCharactersMax)) + ".";
    if (summary.judgement.freshness != domain::Freshness::Fresh)
        detail += " " + escaped(summary.judgement.reason);
    if (statement->language)
        detail += "\n\nIn their own language (" + escaped(*statement->language) + ").";
    if (heldFrom)
        detail += "\n\nThe chart could not be read in time; this was known " +
                  domain::ago(fhir::DateTime::fromInstant(*heldFrom), now) + ".";
    detail += "\n\n*Their own words. Not orders, not an advance directive.*";

    fhir::json::Writer writer;
    writer.beginObject()
        .member("summary", headline)
        .member("indicator", "info")
        .member("detail", detail)
        .key("source")
        .beginObject()
        .member("label", "What Matters")
        .endObject()
        .endObject();
    return writer.take();
}

}  // namespace plugin::cds
