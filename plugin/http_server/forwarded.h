#pragma once

#include <string>
#include <vector>

#include "fhir/base/headers.h"
#include "fhir/base/ip_network.h"

namespace plugin::http_server {

/// The address of the caller, by what trusted proxies say (X-Forwarded-For, or Forwarded of
/// RFC 7239): from the last hop back, the first that is no trusted proxy. `peer`, the address of
/// the connection, if that is not trusted, if nothing that can be read was said, or if both fields
/// came: a proxy writes one of them, and the other may be the caller's own.
std::string callerOf(const std::string& peer, const fhir::Headers& headers,
                     const std::vector<fhir::IpNetwork>& trusted);

bool isTrusted(const std::string& address, const std::vector<fhir::IpNetwork>& trusted);

}  // namespace plugin::http_server
