#pragma once

#include <optional>
#include <string>

#include "fhir/client/client.h"
#include "fhir/r4/document_reference.h"

namespace adapters {

/// The content of a document.
struct DocumentPage {
    std::string contentType;  ///< "text/html;charset=utf-8"; "" where nobody says
    std::string text;
};

/// The page of one attachment: inside it, or a Binary of the same server (R4, Binary: as a resource
/// or as it is). nullopt where it is in neither place, or what is inside is no base64. Throws Error
/// as `fhir::Client::read` does.
std::optional<DocumentPage> fetchPage(const fhir::Client& client,
                                      const fhir::Attachment& attachment);

/// Puts the pages of the Binaries into the document, as if the server had kept them inside. What it
/// does not let be read (403, 404, …) stays where it is; throws Error for what may work later.
void fetchPages(const fhir::Client& client, fhir::DocumentReference& document);

/// The first page that is inside a document and can be searched, else the first that is inside;
/// nullopt where there is none.
std::optional<DocumentPage> insidePage(const fhir::DocumentReference& document);

/// Whether words can be looked for in it: a text, marked up or not, and no picture or PDF.
bool canBeSearched(const DocumentPage& page) noexcept;

/// The words on a page that we made; "" where it is none of ours.
std::string wordsIn(const fhir::DocumentReference& ours);

}  // namespace adapters
