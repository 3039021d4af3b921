#include "plugin/cds/card_text.h"

#include <unicode/brkiter.h>
#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/utext.h>

#include <functional>
#include <memory>
#include <new>
#include <vector>

#include "fhir/base/markup.h"

namespace plugin::cds {
namespace {

constexpr std::string_view kFirstStrongIsolate = "\u2068";
constexpr std::string_view kPopDirectionalIsolate = "\u2069";
constexpr std::string_view kEllipsis = "\u2026";

/// Isolates and overrides steer the text around them when a patient's words hold half of a pair.
bool isDirectionControl(UChar32 c) {
    return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

using Text = std::unique_ptr<UText, decltype(&utext_close)>;

/// The bytes as ICU reads them; they must outlive it.
Text open(std::string_view text) {
    UErrorCode status = U_ZERO_ERROR;
    return {utext_openUTF8(nullptr, text.data(), static_cast<std::int64_t>(text.size()), &status),
            &utext_close};
}

/// Calls `each(character, its bytes)` for every code point of checked UTF-8, until it says false.
template <class Function>
void eachCharacter(std::string_view text, const Function& each) {
    const auto opened = open(text);
    for (std::size_t start = 0; start < text.size();) {
        const auto c = utext_next32(opened.get());
        const auto end = static_cast<std::size_t>(utext_getNativeIndex(opened.get()));
        if (!each(c, text.substr(start, end - start))) return;
        start = end;
    }
}

/// The beginning of the words on one line, without controls: at most `charactersMax` code points.
struct Line {
    std::string text;
    std::vector<std::size_t> starts;  ///< where each code point begins
};

Line visible(std::string_view words, std::size_t charactersMax) {
    Line line;
    bool isSpaceDue = false;
    eachCharacter(words, [&](UChar32 c, std::string_view bytes) {
        if (u_isUWhiteSpace(c) != 0 && c != 0xa0) {
            isSpaceDue = !line.text.empty();
            return true;
        }
        if (isDirectionControl(c) || u_charType(c) == U_CONTROL_CHAR) return true;
        if (isSpaceDue) {
            line.starts.push_back(line.text.size());
            line.text += ' ';
            isSpaceDue = false;
        }
        line.starts.push_back(line.text.size());
        line.text += bytes;
        return line.starts.size() <= charactersMax;
    });
    return line;
}

/// One for each thread: making it costs more than a whole card.
icu::BreakIterator& characters() {
    thread_local UErrorCode status = U_ZERO_ERROR;
    thread_local const std::unique_ptr<icu::BreakIterator> iterator(
        icu::BreakIterator::createCharacterInstance(icu::Locale::getRoot(), status));
    if (!iterator) throw std::bad_alloc();
    return *iterator;  // NOLINT(clang-analyzer-cplusplus.NewDelete): it lives as long as the thread
}

/// Whether the character at a byte is written under the one before it, which UAX #29 leaves to
/// each script: Khmer and Burmese stack their consonants.
bool isStacked(UText* text, std::size_t byte) {
    const auto before = utext_previous32From(text, static_cast<std::int64_t>(byte));
    return before != U_SENTINEL &&
           u_getIntPropertyValue(before, UCHAR_INDIC_SYLLABIC_CATEGORY) == U_INSC_INVISIBLE_STACKER;
}

/// The last boundary between two characters, as the eye sees them, at or before `byte`.
std::size_t boundaryBefore(const std::string& text, std::size_t byte) {
    const auto opened = open(text);
    UErrorCode status = U_ZERO_ERROR;
    auto& breaks = characters();
    breaks.setText(opened.get(), status);
    auto at = static_cast<std::int32_t>(byte);
    if (breaks.isBoundary(at) == 0) at = breaks.preceding(at);
    while (at > 0 && isStacked(opened.get(), static_cast<std::size_t>(at)))
        at = breaks.preceding(at);
    return static_cast<std::size_t>(std::max(at, std::int32_t{0}));
}

std::string markdown(std::string_view text) {
    std::string result;
    for (const char c : text) {
        static constexpr std::string_view kMarkup = "\\`*_{}[]()#+-.!|<>~&:@/\"'";
        if (kMarkup.find(c) != std::string_view::npos) result += '\\';
        result += c;
    }
    return result;
}

/// The lines of the words that are not blank, each isolated and written by `write`, with
/// `between` between them.
std::string isolatedLines(std::string_view words, const std::string& between,
                          const std::function<std::string(std::string_view)>& write) {
    std::string result, line;
    const auto end = [&] {
        if (line.empty()) return;
        if (!result.empty()) result += between;
        result += std::string(kFirstStrongIsolate) + write(line);
        result += kPopDirectionalIsolate;
        line.clear();
    };
    eachCharacter(words, [&](UChar32 c, std::string_view bytes) {
        if (c == '\n' || c == 0x2028 || c == 0x2029 || c == 0x85)
            end();
        else if (!isDirectionControl(c) && (c == '\t' || u_charType(c) != U_CONTROL_CHAR) &&
                 !(line.empty() && u_isUWhiteSpace(c) != 0))
            line += bytes;
        return true;
    });
    end();
    return result;
}

}  // namespace

std::string shorten(std::string_view words, std::size_t charactersMax) {
    const auto line = visible(words, charactersMax + 1);
    if (line.starts.size() <= charactersMax) return line.text;
    const auto room = charactersMax - 1;  // for the ellipsis
    auto end = boundaryBefore(line.text, line.starts[room]);
    // A word is cut only where there is no space in the last fifth.
    for (auto at = room; at > room - room / 5; --at)
        if (line.starts[at] <= end && line.text[line.starts[at]] == ' ') {
            end = line.starts[at];
            break;
        }
    return line.text.substr(0, end) + std::string(kEllipsis);
}

std::string asMarkdown(std::string_view text) {
    return markdown(text);
}

std::string asMarkdownQuote(std::string_view words) {
    return "> " + isolatedLines(words, "  \n> ", markdown);
}

std::string asHtml(std::string_view text) {
    return fhir::escapeMarkup(text);
}

std::string asHtmlQuote(std::string_view words) {
    return "<blockquote dir=\"auto\">" + isolatedLines(words, "<br>", fhir::escapeMarkup) +
           "</blockquote>";
}

std::string asPlainQuote(std::string_view words) {
    return "\u201c" +
           isolatedLines(words, "\n", [](std::string_view line) { return std::string(line); }) +
           "\u201d";
}

std::string languageName(std::string_view tag, std::string_view in) {
    UErrorCode status = U_ZERO_ERROR;
    const auto locale = icu::Locale::forLanguageTag(std::string(tag), status);
    if (U_FAILURE(status) != 0 || *locale.getLanguage() == '\0') return std::string(tag);
    icu::UnicodeString name;
    locale.getDisplayLanguage(icu::Locale::forLanguageTag(std::string(in), status), name);
    std::string result;
    name.toUTF8String(result);
    return result;
}

bool isSameLanguage(std::string_view left, std::string_view right) {
    const auto languageOf = [](std::string_view tag) {
        UErrorCode status = U_ZERO_ERROR;
        const auto locale = icu::Locale::forLanguageTag(std::string(tag), status);
        return U_FAILURE(status) != 0 ? std::string() : std::string(locale.getLanguage());
    };
    const auto language = languageOf(left);
    return !language.empty() && language == languageOf(right);
}

}  // namespace plugin::cds
