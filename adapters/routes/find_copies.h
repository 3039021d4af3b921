#pragma once

#include <string>
#include <vector>

#include "adapters/routes/route.h"

namespace adapters {

/// What on the server is a copy of `resource`, oldest first: it has our identifier, or, where the
/// profile says that identifiers are not kept, it says the same of the same subject at the same
/// moment.
///
/// Throws Error{BadReply} where the server lets nobody find out, and Error{Conflict} where a copy
/// is there that cannot be read: in both cases nothing may be sent.
template <class Resource>
std::vector<Resource> findCopies(const RouteContext& context, const Resource& resource);

/// "system|value" of our identifier.
template <class Resource>
std::string identifierToken(const Resource& resource);

/// Whether a refusal of that kind is the server's last word on a search or a read.
bool isNo(fhir::ErrorKind kind) noexcept;

}  // namespace adapters
