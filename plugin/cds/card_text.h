#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// A patient's words on a card: shown as they are, and never able to do anything there. The one
/// place that sees ICU, which knows every script's characters.
namespace plugin::cds {

/// At most `charactersMax` code points, cut between words where there are any near the end and
/// never inside what is one character to the eye (Unicode UAX #29); an ellipsis says that
/// something was cut. One line, without controls and without what steers the direction of text.
std::string shorten(std::string_view words, std::size_t charactersMax);

/// GitHub-flavoured Markdown that shows exactly this one line: markup and HTML come out as text.
std::string asMarkdown(std::string_view text);

/// The words as a Markdown quote. Each line is isolated (U+2068 to U+2069), so that words from
/// right to left leave what stands around them in order.
std::string asMarkdownQuote(std::string_view words);

/// The words as an HTML quote, or a line as HTML text: nothing in them is markup.
std::string asHtmlQuote(std::string_view words);
std::string asHtml(std::string_view text);

/// The words between quotation marks, for a reader without markup; isolated line by line.
std::string asPlainQuote(std::string_view words);

/// "Norwegian Bokmål" for "nb": the name of a BCP 47 tag in the language `in`. The tag itself
/// where nobody has named it.
std::string languageName(std::string_view tag, std::string_view in);

/// Whether both tags are of one language, whatever their region or script: "en-GB" and "en".
bool isSameLanguage(std::string_view left, std::string_view right);

}  // namespace plugin::cds
