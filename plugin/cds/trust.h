#pragma once

#include <memory>
#include <string>
#include <vector>

#include "fhir/base/concurrency/worker_pool.h"
#include "plugin/cds/uses.h"
#include "plugin/connections/connections.h"
#include "plugin/http_server/router.h"

namespace plugin::cds {

/// Who may call (CDS Hooks 2.0, Trusting CDS Clients).
class Trust {
public:
    Trust(const Uses& uses, fhir::WorkerPool& workers);
    ~Trust();
    Trust(const Trust&) = delete;
    Trust& operator=(const Trust&) = delete;

    /// The connections for which this caller may speak, never none. Throws Error{Unauthorized}
    /// whose text is the same whatever is wrong; the reason is in the log, without the token.
    std::vector<const Connection*> callerOf(const http_server::Request& request) const;

private:
    class Tokens;
    const Uses uses_;
    std::unique_ptr<Tokens> tokens_;
};

/// That of the connections whose FHIR server this is; where none is named, the only one there is.
/// Throws as `Trust::callerOf`: nothing is told of servers that somebody may not speak for.
const Connection& connectionFor(const std::vector<const Connection*>& caller,
                                const std::string& fhirServer);

}  // namespace plugin::cds
