#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// Shows a patient's words on a card as they are, without any effect as markup. The only place that
/// uses ICU, which knows the characters of every script.
namespace plugin::cds {

/// Shortens to at most `charactersMax` code points: between words if a space is near the end, and
/// never inside a grapheme cluster (Unicode UAX #29). An ellipsis marks the cut. The result is one
/// line, without control characters and bidirectional controls.
std::string shorten(std::string_view words, std::size_t charactersMax);

/// GitHub-flavoured Markdown that shows exactly this one line: markup and HTML come out as text.
std::string asMarkdown(std::string_view text);

/// The words as a Markdown quote. Each line is isolated (U+2068 to U+2069), so that right-to-left
/// words do not reorder the text around them.
std::string asMarkdownQuote(std::string_view words);

/// The words as an HTML quote, or a line as HTML text: nothing in them is markup.
std::string asHtmlQuote(std::string_view words);
std::string asHtml(std::string_view text);

/// The words between quotation marks, for a reader without markup; isolated line by line.
std::string asPlainQuote(std::string_view words);

/// Returns the name of a BCP 47 tag in the language `in`, "Norwegian Bokmål" for "nb"; the tag
/// itself if it has no name.
std::string languageName(std::string_view tag, std::string_view in);

/// Whether both tags are of one language, whatever their region or script: "en-GB" and "en".
bool isSameLanguage(std::string_view left, std::string_view right);

}  // namespace plugin::cds
