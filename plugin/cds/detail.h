#pragma once

#include <string>
#include <string_view>

namespace plugin::cds {

/// Writes the detail of a card in the format that its EHR shows: GitHub-flavoured Markdown (CDS
/// Hooks 2.0), plain text, or HTML. `quote` escapes its text; the other blocks are phrases of ours,
/// and any text of others in them must pass through `inert`.
class Detail {
public:
    /// `format` as Profile::Cards::detail: "markdown", "plain" or "html".
    explicit Detail(std::string_view format);

    /// Escapes a line that others wrote, so that it can be part of a phrase.
    std::string inert(std::string_view line) const;

    Detail& heading(std::string_view text);
    Detail& quote(std::string_view words);
    Detail& paragraph(std::string_view text);
    Detail& remark(std::string_view text);  ///< set apart; for what holds for every card

    const std::string& text() const noexcept { return text_; }
    /// "text/markdown", "text/plain" or "text/html".
    const char* mediaType() const noexcept;

private:
    enum class Format { Markdown, Plain, Html };
    Detail& block(const std::string& text);

    Format format_;
    std::string text_;
};

}  // namespace plugin::cds
