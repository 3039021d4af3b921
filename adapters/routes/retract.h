#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "adapters/routes/route.h"

namespace adapters {

/// Why a resource of this type, once it is in the EHR, cannot be changed by us, in a plain
/// sentence: the profile or the CapabilityStatement knows no update, or no scope for it was
/// granted.
std::optional<std::string> whyNoUpdate(const RouteContext& context, std::string_view type);

/// Marks what `route` wrote at `location` as entered in error: reads it, changes its status (and a
/// document's docStatus) and nothing else, and writes it back as the next version of what was read
/// (`If-Match`). What somebody else changed meanwhile is read again. What is marked already, or
/// gone, is done: doing it again changes nothing.
///
/// Where the EHR does not let us, the statement so marked (`retracted`) is kept by the companion,
/// and the result says why, and what a person has to do in the EHR.
///
/// `formerPatient` is the id that the patient had when it was written: an EHR that has merged their
/// record into another may name either. What is about anybody else by now is left alone.
///
/// Throws Error{Unavailable, BadReply, Unauthorized} where a later try may succeed.
LadderResult retractWritten(const RouteContext& context, const std::string& route,
                            const std::string& location, const fhir::Observation& retracted,
                            const std::string& formerPatient);

}  // namespace adapters
