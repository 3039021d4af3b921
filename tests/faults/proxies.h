#pragma once

#include <string>
#include <vector>

namespace faults {

/// What strangers' requests came to through one proxy.
struct SmuggleResult {
    std::string proxy;
    int forms = 0;    ///< sent, each on a connection of its own
    int honest = 0;   ///< requests of honest callers that were answered right
    int answers = 0;  ///< that the strangers got
    std::string fault{};
};

/// Sends each form of `test::httpForms`, which are also the pairs by which requests are smuggled
/// (RFC 9112, section 11.2), to one `whatmatters serve` through HAProxy, nginx, Apache and Caddy,
/// each as Debian has it. After each form honest callers ask on connections that are kept open:
/// what they get must be the answer to what they asked, and nobody gets more answers than it asked
/// questions. `program`: whatmatters.
std::vector<SmuggleResult> smuggleThroughProxies(const std::string& program);

/// The same through HAProxy to a server that is lax about trailers: "" if an honest caller got what
/// a stranger had smuggled in, else what happened. By it the attack is seen to find what it is for.
std::string whyNothingIsSmuggledToLaxServer();

}  // namespace faults
