#pragma once

#include <memory>
#include <string>
#include <vector>

#include "plugin/cds/uses.h"
#include "plugin/connections/connections.h"
#include "plugin/http_server/router.h"

namespace plugin::cds {

/// Who may call (CDS Hooks 2.0, Trusting CDS Clients).
class Trust {
public:
    explicit Trust(const Uses& uses);
    ~Trust();
    Trust(const Trust&) = delete;
    Trust& operator=(const Trust&) = delete;

    /// Returns the connections that this caller may speak for, at least one. Throws
    /// Error{Unauthorized}, with the same text for every reason (the log has the reason, without
    /// the token), and Error{Unavailable} if the caller's keys did not come in time.
    std::vector<const Connection*> callerOf(const http_server::Request& request) const;

private:
    class Tokens;
    const Uses uses_;
    std::unique_ptr<Tokens> tokens_;
};

/// Returns the caller's connection to this FHIR server or, if none is named, the caller's only one.
/// Throws Error{InvalidInput} if none is named and there are several, and Error{Unauthorized} as
/// `Trust::callerOf` for any other server, so that nothing is said about it.
const Connection& connectionFor(const std::vector<const Connection*>& caller,
                                const std::string& fhirServer);

}  // namespace plugin::cds
