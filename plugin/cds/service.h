#pragma once

#include <chrono>

#include "plugin/cds/uses.h"
#include "plugin/http_server/router.h"

/// CDS Hooks 2.0: https://cds-hooks.hl7.org/2.0/
namespace plugin::cds {

struct ServiceOptions {
    /// From the first byte of a request to its answer: no clinician shall wait for us.
    std::chrono::milliseconds deadline{450};
};

/// Adds GET /cds-services, POST /cds-services/{id} and POST /cds-services/{id}/feedback, and the
/// answers to CORS preflight requests.
void addServices(http_server::Router& router, const Uses& uses, ServiceOptions options = {});

}  // namespace plugin::cds
