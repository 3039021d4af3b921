#include "plugin/cds/detail.h"

#include "plugin/cds/card_text.h"

namespace plugin::cds {

Detail::Detail(std::string_view format)
    : format_(format == "html"    ? Format::Html
              : format == "plain" ? Format::Plain
                                  : Format::Markdown) {}

std::string Detail::inert(std::string_view line) const {
    switch (format_) {
        case Format::Markdown:
            return asMarkdown(line);
        case Format::Html:
            return asHtml(line);
        case Format::Plain:
            break;
    }
    return std::string(line);
}

Detail& Detail::block(const std::string& text) {
    if (!text_.empty()) text_ += format_ == Format::Html ? "" : "\n\n";
    text_ += text;
    return *this;
}

Detail& Detail::heading(std::string_view text) {
    switch (format_) {
        case Format::Markdown:
            return block("**" + std::string(text) + "**");
        case Format::Html:
            return block("<p><strong>" + std::string(text) + "</strong></p>");
        case Format::Plain:
            return block(std::string(text));
    }
    return *this;
}

Detail& Detail::quote(std::string_view words) {
    switch (format_) {
        case Format::Markdown:
            return block(asMarkdownQuote(words));
        case Format::Html:
            return block(asHtmlQuote(words));
        case Format::Plain:
            return block(asPlainQuote(words));
    }
    return *this;
}

Detail& Detail::paragraph(std::string_view text) {
    return block(format_ == Format::Html ? "<p>" + std::string(text) + "</p>" : std::string(text));
}

Detail& Detail::remark(std::string_view text) {
    switch (format_) {
        case Format::Markdown:
            return block("*" + std::string(text) + "*");
        case Format::Html:
            return block("<p><em>" + std::string(text) + "</em></p>");
        case Format::Plain:
            return block(std::string(text));
    }
    return *this;
}

const char* Detail::mediaType() const noexcept {
    switch (format_) {
        case Format::Markdown:
            return "text/markdown";
        case Format::Html:
            return "text/html";
        case Format::Plain:
            return "text/plain";
    }
    return "";
}

}  // namespace plugin::cds
