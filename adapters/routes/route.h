#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "adapters/profile/profile.h"
#include "fhir/client/client.h"
#include "fhir/r4/flag.h"
#include "fhir/r4/observation.h"
#include "fhir/smart/scopes.h"

namespace adapters {

/// The status of what was written by mistake.
inline constexpr const char* kEnteredInError = "entered-in-error";

/// What we author and want in the EHR: a statement of what matters, or a team flag. Its first
/// identifier is our own urn:uuid and the idempotency key of the write.
using Authored = std::variant<fhir::Observation, fhir::Flag>;

/// Where things live that the EHR cannot hold. The product keeps them in its store.
class Companion {
public:
    virtual ~Companion() = default;
    /// Keeps the resource; keeping one with the same identifier again changes nothing.
    /// Returns where it is now: "Observation/3f…".
    virtual std::string keep(const Authored& authored) = 0;
};

/// What a write needs to know about the other side.
struct RouteContext {
    const fhir::Client& client;
    const Profile& profile;
    const fhir::CapabilityStatement& capabilities;
    Companion& companion;
    /// An earlier try ended in doubt: search for the identifier before sending (R4 has no other
    /// way to know; standards.md, section 3).
    bool mayBeThere = false;
    /// Nothing is to be written any more: what an earlier try left there is looked for.
    bool searchOnly = false;
    /// What the EHR granted this connection; nullopt where no token is used or it did not say.
    std::optional<fhir::smart::Scopes> granted{};
};

/// What a route did.
struct Written {
    std::string location;  ///< "Observation/9"
    std::string remark;    ///< what a person should know: the EHR changed something; else ""
};

/// One way to write. Routes have no state.
class Route {
public:
    virtual ~Route() = default;
    virtual std::string_view name() const = 0;
    /// Why this route cannot take this, in a plain sentence; nullopt where it can be tried.
    virtual std::optional<std::string> whyNot(const RouteContext& context,
                                              const Authored& authored) const = 0;
    /// Throws Error: Refused, Forbidden, NotFound, Conflict, InvalidInput send the write to the
    /// next rung; everything else leaves it for a later try on this one.
    virtual Written write(const RouteContext& context, const Authored& authored) const = 0;
};

/// The route of that name, nullptr where there is none.
const Route* findRoute(std::string_view name);
std::vector<std::string> routeNames();

/// A rung that did not take the write, and why, in a sentence for people.
struct Skipped {
    std::string route, why;
};

/// Where the write ended.
struct LadderResult {
    std::string route, location, remark;
    std::vector<Skipped> skipped;
};

/// Throws Error{InvalidInput} where the subject is a person: a flag is about a team
/// (Organization, Group, Location), never about a Patient or a Practitioner.
void requireTeamSubject(const fhir::Flag& flag);

/// Tries the routes in their order. Where it only looks, a result without a route says that it is
/// nowhere in the EHR.
/// Throws what a route throws when a later try may succeed, and
/// Error{Refused} naming every reason when no rung took it.
LadderResult tryRoutes(const std::vector<std::string>& routes, const RouteContext& context,
                       const Authored& authored);

/// Why the EHR's token does not let `type` be written so: its scopes lack `permission`
/// (`fhir::smart::ResourceScope::kCreate` or `kUpdate`) for it, whoever they are for: the token
/// decides that, not we. Without a full stop. nullopt where it does, or nobody said what was
/// granted.
std::optional<std::string> whyNotGranted(const RouteContext& context, std::string_view type,
                                         std::uint8_t permission);

/// nullopt for an empty text.
std::optional<std::string> orNone(const std::string& text);

}  // namespace adapters
