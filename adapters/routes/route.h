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

/// The cause of an error: an earlier try may have written it, and neither the EHR nor we can tell.
/// It is not to be sent again before a person has looked.
inline constexpr const char* kInDoubt = "in-doubt";

/// What we author for the EHR: a statement of what matters, or a team flag. Its first identifier is
/// our own urn:uuid, the idempotency key of the write.
using Authored = std::variant<fhir::Observation, fhir::Flag>;

/// Stores resources that the EHR does not take: in the product's own store or on a companion
/// server.
class Companion {
public:
    virtual ~Companion() = default;
    /// Stores the resource; the same identifier a second time changes nothing. Returns where the
    /// resource is now: "Observation/3f…".
    virtual std::string keep(const Authored& authored) = 0;
};

/// What a write needs to know about the other side.
struct RouteContext {
    const fhir::Client& client;
    const Profile& profile;
    const fhir::CapabilityStatement& capabilities;
    Companion& companion;
    /// The result of an earlier try is not known: search for the identifier before sending (R4 has
    /// no other way to find out; standards.md, section 3).
    bool mayBeThere = false;
    /// Write nothing; only search for what an earlier try has left there.
    bool searchOnly = false;
    /// Write nothing: a person says that it is there, "Observation/9"; only look at that.
    std::string saidToBeAt{};
    /// The scopes that the EHR granted this connection; nullopt if no token is used or the EHR did
    /// not say.
    std::optional<fhir::smart::Scopes> granted{};
};

/// What a route did.
struct Written {
    std::string location;  ///< "Observation/9"
    std::string remark;    ///< for people: what the EHR changed; else ""
};

/// Who has a resource of ours after a try.
enum class Holder { Nobody, Ehr, Companion };

/// One way to write. Routes have no state.
class Route {
public:
    virtual ~Route() = default;
    virtual std::string_view name() const = 0;
    /// Who has what this route wrote.
    virtual Holder holder() const noexcept { return Holder::Ehr; }
    /// Why this route cannot take the resource, in a plain sentence; nullopt if it can be tried.
    virtual std::optional<std::string> whyNot(const RouteContext& context,
                                              const Authored& authored) const = 0;
    /// Throws Error. After Refused, Forbidden, NotFound, Conflict or InvalidInput the next rung is
    /// tried; after any other kind this rung is tried again later.
    virtual Written write(const RouteContext& context, const Authored& authored) const = 0;
};

/// The route of that name; nullptr if there is none.
const Route* findRoute(std::string_view name);
std::vector<std::string> routeNames();

/// A rung that did not take the write, and the reason, in a sentence for people.
struct Skipped {
    std::string route, why;
};

/// Where the write ended. Without a holder there is neither route nor location.
struct LadderResult {
    Holder holder = Holder::Nobody;
    std::string route, location, remark;
    std::vector<Skipped> skipped;
};

/// Throws Error{InvalidInput} if the subject is a person: a flag is about a team (Organization,
/// Group, Location), never about a Patient or a Practitioner.
void requireTeamSubject(const fhir::Flag& flag);

/// Tries the routes in their order. With `searchOnly`, `Holder::Nobody` means that nothing was
/// found in the EHR. Throws what a route throws if a later try may succeed, Error{Refused} with
/// every reason if no rung took it, and Error{InvalidInput} for an unknown route or a resource that
/// must not be written.
LadderResult tryRoutes(const std::vector<std::string>& routes, const RouteContext& context,
                       const Authored& authored);

/// Why the EHR's token does not allow writing `type`: no granted scope, of whatever level (patient,
/// user, system), has `permission` (`fhir::smart::ResourceScope::kCreate` or `kUpdate`) for it. A
/// sentence without a full stop; nullopt if it is allowed or the granted scopes are not known.
std::optional<std::string> whyNotGranted(const RouteContext& context, std::string_view type,
                                         std::uint8_t permission);

/// nullopt for an empty text.
std::optional<std::string> orNone(const std::string& text);

}  // namespace adapters
