#pragma once

#include <string>
#include <string_view>

namespace plugin::cds {

/// The detail of a card, written as its EHR draws it: GitHub-flavoured Markdown (CDS Hooks 2.0),
/// plain text, or HTML. A quote comes out as the text that it is; in the other blocks, which are
/// phrases of ours, what others wrote goes through `inert`.
class Detail {
public:
    /// `format` as Profile::Cards::detail: "markdown", "plain" or "html".
    explicit Detail(std::string_view format);

    /// A line of somebody else's as it is put into a phrase.
    std::string inert(std::string_view line) const;

    Detail& heading(std::string_view text);
    Detail& quote(std::string_view words);
    Detail& paragraph(std::string_view text);
    Detail& remark(std::string_view text);  ///< set apart, for what is true of every card

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
