#include "adapters/routes/likeness.h"

#include <chrono>
#include <optional>
#include <string>

#include "adapters/routes/compare.h"
#include "adapters/routes/compare_parts.h"
#include "adapters/routes/document_page.h"
#include "adapters/routes/statement_text.h"
#include "fhir/base/error.h"

namespace adapters {
namespace {

using fhir::Communication;
using fhir::DateTime;
using fhir::DocumentReference;
using fhir::Error;
using fhir::ErrorKind;
using fhir::QuestionnaireResponse;
using fhir::Task;
using Moment = std::optional<DateTime>;

Moment momentOf(const fhir::Observation& one) {
    return one.effectiveDateTime;
}
Moment momentOf(const fhir::Flag& one) {
    return one.period ? one.period->start : std::nullopt;
}
Moment momentOf(const QuestionnaireResponse& one) {
    return one.authored;
}
Moment momentOf(const DocumentReference& one) {
    for (const auto& content : one.content)
        if (content.attachment.creation) return content.attachment.creation;
    return std::nullopt;
}
Moment momentOf(const Communication& one) {
    return one.sent;
}
Moment momentOf(const Task& one) {
    return one.authoredOn;
}

/// Whether subject, words and whether it holds are the same.
template <class Resource>
bool saysTheSame(const Resource& ours, const Resource& theirs, const fhir::ServerAddress& server) {
    try {
        compare(ours, theirs, server);
        return true;
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::Conflict) throw;
        return false;
    }
}

/// Of two that say the same: the same words may have been said twice.
template <class Resource>
Likeness byMoment(const Resource& ours, const Resource& theirs) {
    const auto said = momentOf(ours), kept = momentOf(theirs);
    if (!said || !kept) return Likeness::CannotTell;
    return compared::sameMoment(said, kept) ? Likeness::Same : Likeness::Other;
}

bool isOfAnotherStay(const DocumentReference& ours, const DocumentReference& theirs,
                     const fhir::ServerAddress& server) {
    if (!ours.context || !theirs.context) return false;
    const auto& named = theirs.context->encounter;
    return !named.empty() && !compared::keepsReferences(ours.context->encounter, named, server);
}

/// Whether it was filed before ours can have been; a day, for a clock that is wrong.
bool wasFiledBefore(const DocumentReference& ours, const DocumentReference& theirs) {
    return ours.date && theirs.date &&
           theirs.date->latest() < ours.date->earliest() - std::chrono::hours{24};
}

Likeness likenessOfPage(const DocumentReference& ours, const DocumentReference& theirs,
                        const fhir::ServerAddress& server) {
    const auto page = insidePage(theirs);
    const auto identifier = ours.identifier.front().value.value_or("");
    if (page && page->text.find(identifier) != std::string::npos) return Likeness::Same;
    if (!page || !canBeSearched(*page)) return Likeness::CannotTell;
    // Each page of ours bears its own, whatever became of its layout.
    if (page->text.find("urn:uuid:") != std::string::npos) return Likeness::Other;
    return saysTheSame(ours, theirs, server) ? byMoment(ours, theirs) : Likeness::Other;
}

template <class Resource>
Likeness likenessOfWords(const RouteContext& context, const Resource& ours,
                         const Resource& theirs) {
    if (!saysTheSame(ours, theirs, context.client.server())) return Likeness::Other;
    return byMoment(ours, theirs);
}

}  // namespace

Likeness likeness(const RouteContext& context, const fhir::Observation& ours,
                  const fhir::Observation& theirs) {
    return likenessOfWords(context, ours, theirs);
}
Likeness likeness(const RouteContext& context, const fhir::Flag& ours, const fhir::Flag& theirs) {
    return likenessOfWords(context, ours, theirs);
}
Likeness likeness(const RouteContext& context, const QuestionnaireResponse& ours,
                  const QuestionnaireResponse& theirs) {
    return likenessOfWords(context, ours, theirs);
}
Likeness likeness(const RouteContext& context, const Communication& ours,
                  const Communication& theirs) {
    return likenessOfWords(context, ours, theirs);
}
Likeness likeness(const RouteContext& context, const Task& ours, const Task& theirs) {
    return likenessOfWords(context, ours, theirs);
}

Likeness likeness(const RouteContext& context, const DocumentReference& ours,
                  const DocumentReference& theirs) {
    const auto& server = context.client.server();
    const bool isOfPatient =
        theirs.subject && compared::sameReference(ours.subject, theirs.subject, server);
    if (!isOfPatient || isOfAnotherStay(ours, theirs, server) || wasFiledBefore(ours, theirs))
        return Likeness::Other;
    auto whole = theirs;
    fetchPages(context.client, whole);
    return likenessOfPage(ours, whole, server);
}

}  // namespace adapters
