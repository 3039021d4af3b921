#pragma once

#include <string>
#include <vector>

#include "adapters/routes/route.h"

namespace adapters {

/// Finds the copies of `resource` on the server, oldest first. A copy has our identifier or, if the
/// profile says that identifiers are not kept, is told by what survives (`likeness`).
///
/// Throws Error{BadReply} with the cause `kInDoubt` if the server refuses every search or what it
/// has cannot be told from ours, and Error{Conflict} if a copy cannot be read: in either case
/// nothing may be sent.
template <class Resource>
std::vector<Resource> findCopies(const RouteContext& context, const Resource& resource);

/// "system|value" of our identifier.
template <class Resource>
std::string identifierToken(const Resource& resource);

/// Whether an error of that kind is the server's final answer to a search or a read.
bool isNo(fhir::ErrorKind kind) noexcept;

}  // namespace adapters
