#include "plugin/cds/card.h"

#include <algorithm>
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

/// Whether a character belongs to the one before it: marks, joiners, selectors, skin tones.
bool extends(char32_t c) {
    return (c >= 0x0300 && c <= 0x036f) || (c >= 0x0483 && c <= 0x0489) ||
           (c >= 0x0591 && c <= 0x05bd) || (c >= 0x064b && c <= 0x065f) ||
           (c >= 0x0900 && c <= 0x0903) || (c >= 0x093a && c <= 0x094f && c != 0x093d) ||
           (c >= 0x0981 && c <= 0x0983) || (c >= 0x09bc && c <= 0x09cd && c != 0x09bd) ||
           (c >= 0x0bbe && c <= 0x0bcd) || (c >= 0x0e31 && c <= 0x0e3a && c != 0x0e32) ||
           (c >= 0x0e47 && c <= 0x0e4e) || (c >= 0x1ab0 && c <= 0x1aff) ||
           (c >= 0x20d0 && c <= 0x20ff) || c == 0x200d || (c >= 0xfe00 && c <= 0xfe0f) ||
           (c >= 0x1f3fb && c <= 0x1f3ff) || (c >= 0xe0020 && c <= 0xe007f);
}

/// Isolates and overrides steer the text around them when a patient's words hold half of a pair.
bool isDirectionControl(char32_t c) {
    return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

bool isSpace(char32_t c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/// The words on one line, without direction controls, as code points.
std::vector<std::string_view> visible(std::string_view words) {
    std::vector<std::string_view> result;
    for (std::size_t at = 0; at < words.size();) {
        const auto bytes = codePointAt(words, at);
        at += bytes.size();
        const auto c = decode(bytes);
        if (isDirectionControl(c)) continue;
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
        return extends(decode(points[at])) || (at > 0 && decode(points[at - 1]) == 0x200d);
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
