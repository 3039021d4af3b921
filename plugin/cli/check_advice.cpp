#include "plugin/cli/check_advice.h"

#include <map>
#include <string_view>

#include "fhir/base/error.h"

namespace plugin::cli {
namespace {

/// For the steps about which a vendor's profile has nothing of its own to say.
const std::map<std::string_view, std::string_view>& general() {
    static const std::map<std::string_view, std::string_view> table{
        {"tls",
         "See that this machine reaches the host of fhirBase (name, firewall, proxy). Where its "
         "certificate is of an authority of the site's own, name that in certificateAuthorities."},
        {"metadata",
         "Open FHIRBASE/metadata in a browser: it must answer with a CapabilityStatement of FHIR "
         "4.0.1. fhirBase is the address of the R4 endpoint itself."},
        {"smart-configuration",
         "Ask the EHR's administrator for the token address and set auth.tokenUrl, or for what "
         "FHIRBASE/.well-known/smart-configuration ought to say."},
        {"token",
         "Compare auth.method, auth.clientId and the key or secret with what is registered. A key "
         "is known by its public half: the EHR must reach PUBLICURL/.well-known/jwks.json, or "
         "have been given it."},
        {"scopes",
         "Have the EHR's administrator add what is missing to the registration of this client, or "
         "take the routes and worklists that need it out of the configuration."},
        {"worklist",
         "Compare the unit's worklist with what the EHR shows: the id, and that somebody is there "
         "whom this client may see."},
        {"read",
         "Have the EHR's administrator let this client search Observation of the unit's "
         "patients."},
        {"write-route",
         "Open one of the closed routes with the EHR's administrator, or leave it at the "
         "companion: the words are kept there and shown from there."},
        {"flag-route",
         "See the team's subject, and why each route is closed. With the companion among "
         "write.routes flags of a team are kept there and shown from there."},
        {"companion",
         "Run check for the connection that companion.server names, and have that server's "
         "administrator let its client create, read, search and update Observation and Flag."},
        {"subscriptions",
         "Have the EHR's administrator create a Subscription (channel rest-hook) of stays and of "
         "survey Observations with that address, and with the secret of the site's file. Until "
         "then units are read every syncSeconds, as without it."},
    };
    return table;
}

}  // namespace

std::string adviceOn(const std::string& step, const adapters::Profile& profile) {
    if (const auto hint = profile.hints.find(step); hint != profile.hints.end())
        return hint->second;
    const auto found = general().find(step);
    return found == general().end() ? "" : std::string(found->second);
}

std::string adviceOnCause(const std::string& cause, const ConnectionSettings& settings) {
    if (cause == fhir::kWebPage)
        return "A web page came where JSON should be: a proxy or a sign-in stands between this "
               "machine and the EHR, or fhirBase is the address of a page. Open FHIRBASE/metadata "
               "from this machine, and have the way to it opened for this service.";
    if (cause == "invalid_scope")
        return "Have the EHR's administrator grant these scopes to this client, or name those that "
               "are registered in auth.scopes. Where they are registered in another form (.rs for "
               ".read), say which in auth.scopeSyntax.";
    if (cause == "unauthorized_client")
        return "Have the EHR's administrator allow this client the grant client_credentials (some "
               "servers call it a service account). Some servers say the same of a wrong key or "
               "secret: compare auth.clientId, auth.method and the key or secret with what is "
               "registered.";
    if (cause == "invalid_client")
        return settings.auth.method == "private-key-jwt"
                   ? "The EHR does not know this client by its key: it must reach "
                     "PUBLICURL/.well-known/jwks.json, or have been given the public key that keys "
                     "list shows. Compare auth.clientId and auth.algorithm with what is "
                     "registered, "
                     "and the clocks of both."
                   : "The EHR does not know this client: compare auth.clientId, the secret and "
                     "auth.method with what is registered.";
    return {};
}

}  // namespace plugin::cli
