#pragma once

#include "plugin/http_server/message.h"

namespace plugin::http_server {

/// Sends the body as gzip where the caller takes that and it is worth it (RFC 9110, section
/// 12.5.3). Not for answers that hold both a secret and what the caller chose, from whose length
/// the secret could be guessed (BREACH). Never throws.
void compress(const Request& request, Response& response) noexcept;

}  // namespace plugin::http_server
