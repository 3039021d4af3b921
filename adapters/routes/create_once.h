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

/// Why the server cannot be asked to create a resource of this type: its CapabilityStatement lists
/// no create (and the site does not know better), or no scope for it was granted.
std::optional<std::string> whyNoCreate(const RouteContext& context, std::string_view type);

/// How a resource of ours is written so that it is there once, whatever happened before.
///
/// Searches first where an earlier try may have arrived; creates only where no resource has the
/// identifier, where the server can promise that; finds what a lost or mute answer left in doubt;
/// and compares what is there with what was meant.
///
/// Throws Error{Conflict} where what is there says something else, and Error{BadReply} where it
/// cannot be told what is there: both must never count as delivered.
template <class Resource>
Written createOnce(const RouteContext& context, const Resource& resource);

extern template Written createOnce(const RouteContext&, const fhir::Observation&);
extern template Written createOnce(const RouteContext&, const fhir::Flag&);
extern template Written createOnce(const RouteContext&, const fhir::QuestionnaireResponse&);
extern template Written createOnce(const RouteContext&, const fhir::DocumentReference&);
extern template Written createOnce(const RouteContext&, const fhir::Communication&);
extern template Written createOnce(const RouteContext&, const fhir::Task&);

}  // namespace adapters
