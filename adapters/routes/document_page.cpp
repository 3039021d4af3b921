#include "adapters/routes/document_page.h"

#include "adapters/routes/find_copies.h"
#include "adapters/routes/statement_text.h"
#include "fhir/base/base64.h"
#include "fhir/base/error.h"

namespace adapters {
namespace {

std::optional<DocumentPage> pageInside(const fhir::Attachment& attachment) {
    if (!attachment.data) return std::nullopt;
    auto text = fhir::decodeBase64(*attachment.data);
    if (!text) return std::nullopt;
    return DocumentPage{attachment.contentType.value_or(""), *std::move(text)};
}

}  // namespace

std::optional<DocumentPage> fetchPage(const fhir::Client& client,
                                      const fhir::Attachment& attachment) {
    if (attachment.data) return pageInside(attachment);
    const auto id = client.server().findId({attachment.url, {}, {}}, "Binary");
    if (!id) return std::nullopt;
    auto binary = client.readBinary(*id);
    return DocumentPage{attachment.contentType.value_or(binary.contentType),
                        std::move(binary.content)};
}

void fetchPages(const fhir::Client& client, fhir::DocumentReference& document) {
    for (auto& content : document.content) {
        auto& attachment = content.attachment;
        if (attachment.data) continue;
        try {
            if (auto page = fetchPage(client, attachment)) {
                attachment.data = fhir::base64(page->text);
                attachment.contentType = std::move(page->contentType);
            }
        } catch (const fhir::Error& error) {
            if (!isNo(error.kind())) throw;
        }
    }
}

std::optional<DocumentPage> insidePage(const fhir::DocumentReference& document) {
    std::optional<DocumentPage> first;
    for (const auto& content : document.content) {
        auto page = pageInside(content.attachment);
        if (!page) continue;
        if (canBeSearched(*page)) return page;
        if (!first) first = std::move(page);
    }
    return first;
}

bool canBeSearched(const DocumentPage& page) noexcept {
    const std::string_view type = page.contentType;
    return type.starts_with("text/") || type.starts_with("application/rtf") ||
           type.find("xml") != std::string_view::npos ||
           type.find("html") != std::string_view::npos;
}

std::string wordsIn(const fhir::DocumentReference& ours) {
    const auto page = insidePage(ours);
    if (!page) return {};
    const auto& type = page->contentType;
    const auto read = readWords(page->text, type.substr(0, type.find(';')));
    return read ? read->words : std::string();
}

}  // namespace adapters
