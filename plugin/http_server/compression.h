#pragma once

#include <string_view>

#include "plugin/http_server/message.h"

namespace plugin::http_server {

/// How a body may be coded for its way.
enum class Coding { Identity, Gzip, Brotli };

/// The coding that the caller prefers, brotli where all are the same to them (RFC 9110, section
/// 12.5.3).
Coding preferredCoding(const Request& request);
/// Whether the caller takes this one at all.
bool takes(const Request& request, Coding coding);

/// The name of a coding in Content-Encoding: "br".
std::string_view toString(Coding coding) noexcept;

/// Sends the body as gzip where the caller takes that and it is worth it, unless the answer holds a
/// secret (Response::isSecret). Never throws.
void compress(const Request& request, Response& response) noexcept;

}  // namespace plugin::http_server
