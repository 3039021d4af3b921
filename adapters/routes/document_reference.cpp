#include "adapters/routes/document_reference.h"

#include "adapters/routes/create_once.h"
#include "adapters/routes/statement_text.h"
#include "fhir/base/base64.h"
#include "fhir/base/random.h"
#include "fhir/r4/document_reference.h"

namespace adapters {
namespace {

using fhir::DocumentReference;

fhir::Attachment pageOf(const fhir::Observation& statement, const std::string& contentType) {
    const auto page = wordsAsText(statement, contentType);
    fhir::Attachment attachment;
    attachment.contentType = contentType + ";charset=utf-8";
    attachment.language = statement.language;
    attachment.data = fhir::base64(page);
    attachment.size = static_cast<std::int64_t>(page.size());
    attachment.title = kPageTitle;
    attachment.creation = statement.effectiveDateTime;
    return attachment;
}

std::vector<fhir::Reference> authorsOf(const fhir::Observation& statement,
                                       const Profile::Document& rules) {
    if (!rules.author.empty()) return {{rules.author, {}, {}}};
    std::vector<fhir::Reference> authors;
    for (const auto& performer : statement.performer)
        if (performer.reference &&
            (!rules.authorIsPractitioner || performer.resourceType() == "Practitioner"))
            authors.push_back(performer);
    return authors;
}

DocumentReference documentOf(const fhir::Observation& statement, const Profile::Document& rules) {
    DocumentReference document;
    document.meta = statement.meta;
    document.language = statement.language;
    document.identifier = statement.identifier;
    document.status = "current";
    document.docStatus = orNone(rules.docStatus);
    document.type = fhir::CodeableConcept{
        {{orNone(rules.typeSystem), rules.typeCode, orNone(rules.typeDisplay)}}, {}};
    if (!rules.categoryCode.empty())
        document.category = {{{{orNone(rules.categorySystem), rules.categoryCode, {}}}, {}}};
    document.subject = statement.subject;
    // An instant: an exact time, or none.
    if (statement.issued) document.date = statement.issued;
    document.author = authorsOf(statement, rules);
    // The document that these words stand for now; what is no document is named by its words alone.
    for (const auto& source : statement.derivedFrom)
        if (source.resourceType() == DocumentReference::resourceType)
            document.relatesTo.push_back({"replaces", source});
    document.description = kPageTitle;
    if (statement.meta && !statement.meta->security.empty())
        document.securityLabel = {{statement.meta->security, {}}};
    document.content = {{pageOf(statement, rules.contentType)}};
    DocumentReference::Context context;
    if (statement.encounter) context.encounter = {*statement.encounter};
    if (rules.period)
        context.period = fhir::Period{statement.effectiveDateTime, statement.effectiveDateTime};
    if (!context.encounter.empty() || context.period) document.context = std::move(context);
    return document;
}

}  // namespace

std::optional<std::string> DocumentReferenceRoute::whyNot(const RouteContext& context,
                                                          const Authored& authored) const {
    if (auto why = whyNoWords(context, authored)) return why;
    const auto& rules = context.profile.document;
    const auto& statement = std::get<fhir::Observation>(authored);
    if (rules.authorRequired && rules.author.empty())
        return "A document needs an author that the EHR knows (overrides.document.author).";
    if (rules.encounterRequired && !statement.encounter)
        return "A document belongs to a stay here, and the statement names no encounter.";
    if (rules.period && !statement.effectiveDateTime)
        return "A document needs the time when it was said, and the statement has none.";
    return whyNoCreate(context, DocumentReference::resourceType);
}

Written DocumentReferenceRoute::write(const RouteContext& context, const Authored& authored) const {
    return createOnce(context,
                      documentOf(std::get<fhir::Observation>(authored), context.profile.document));
}

}  // namespace adapters
