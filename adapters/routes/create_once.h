#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "adapters/routes/route.h"
#include "fhir/r4/communication.h"
#include "fhir/r4/document_reference.h"
#include "fhir/r4/questionnaire_response.h"
#include "fhir/r4/task.h"

namespace adapters {

/// Why the server cannot be asked to create a resource of this type: its CapabilityStatement is
/// missing or lists no create (and the profile does not say otherwise), or no scope for it was
/// granted. nullopt if it can, and where nothing is to be written (`saidToBeAt`).
std::optional<std::string> whyNoCreate(const RouteContext& context, std::string_view type);

/// Writes our resource so that it exists once, whatever happened before.
///
/// Searches first if an earlier try may have arrived; uses a conditional create if the server
/// offers it; searches again if the answer says that the resource exists already, or names no
/// location; and compares what is there with what was meant.
///
/// Throws Error{Conflict} if the resource there says something else, and Error{BadReply} if it is
/// not known what is there: neither may count as delivered.
template <class Resource>
Written createOnce(const RouteContext& context, const Resource& resource);

extern template Written createOnce(const RouteContext&, const fhir::Observation&);
extern template Written createOnce(const RouteContext&, const fhir::Flag&);
extern template Written createOnce(const RouteContext&, const fhir::QuestionnaireResponse&);
extern template Written createOnce(const RouteContext&, const fhir::DocumentReference&);
extern template Written createOnce(const RouteContext&, const fhir::Communication&);
extern template Written createOnce(const RouteContext&, const fhir::Task&);

}  // namespace adapters
