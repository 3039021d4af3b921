#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "adapters/profile/profile.h"
#include "adapters/routes/route.h"
#include "adapters/worklist/stay_memory.h"
#include "adapters/worklist/unit_memory.h"
#include "adapters/worklist/worklist.h"
#include "fhir/client/client.h"

namespace adapters {

/// LOINC codes of a statement (DESIGN, section 5; domain.md, section 1).
inline constexpr std::string_view kLoinc = "http://loinc.org";
inline constexpr std::string_view kCareExperiencePreference = "95541-9";
inline constexpr std::string_view kThingsThatMatterToMe = "81363-4";
/// System of an identifier whose value is itself a URI (R4, datatypes: Identifier).
inline constexpr std::string_view kUriSystem = "urn:ietf:rfc:3986";

/// A resource in JSON, as a server sent it.
struct Sent {
    std::string json;           ///< "" where something in it that nobody needs is no text (U+0000)
    bool isObservation = true;  ///< else the Observation was made from it
};

/// Statement Observations as they are in the EHR, by any author.
struct FoundStatements {
    /// Also those entered in error: they retract. References to this server are relative
    /// (`nameLocally`).
    std::vector<fhir::Observation> observations;
    std::vector<fhir::Issue> problems;
    std::map<std::string, Sent> originals{};  ///< by Observation::id, of whatever form
    /// Ids of patients of whom something could not be read: that they said nothing is not known.
    std::set<std::string> unread{};
    /// Those of them whom the server did not answer for: what was known before may stand in.
    std::set<std::string> away{};
};

/// Returns the scopes that the EHR granted this connection; nullopt if no token is used.
using Granted = std::function<std::optional<fhir::smart::Scopes>()>;

/// One EHR. The base class does plain R4 driven by a Profile; override only what a profile cannot
/// say. May be used from several threads at once.
class Adapter {
public:
    Adapter(Profile profile, fhir::Client client, fhir::Clock clock, Granted granted);
    virtual ~Adapter() = default;
    Adapter(const Adapter&) = delete;
    Adapter& operator=(const Adapter&) = delete;

    /// The unit's current stays. Finished encounters and other units are also filtered out on our
    /// side, whatever the server returned.
    virtual Worklist worklist(const WorklistQuery& query, const Progress& progress = {}) const;

    /// What matters to these patients, by Patient id. An Observation of any other patient is
    /// dropped and reported: a server that ignores the filter must not leak data.
    virtual FoundStatements statements(const std::vector<std::string>& patientIds) const;

    /// The statement that this Observation is, as `statements` returned it when the EHR sent it.
    /// Throws Error{InvalidInput} if it cannot be read.
    fhir::Observation statementIn(const fhir::json::Value& sent) const;

    /// The patient with this id, or one whose Patient.link (or, by profile, the answer itself) says
    /// that it replaces this one. Throws Error{BadReply} if the server answers with any other.
    virtual fhir::Patient patient(const std::string& id) const;
    virtual fhir::Encounter encounter(const std::string& id) const;

    /// Writes through the ladder of routes. Sends no request after the deadline. Errors as
    /// `tryRoutes`.
    LadderResult write(const std::vector<std::string>& routes, const Authored& authored,
                       Companion& companion, bool mayBeThere,
                       fhir::Deadline deadline = fhir::Deadline::max()) const;

    /// Finds what an earlier write with an unknown result has left in the EHR. Writes nothing; the
    /// holder is `Nobody` if nothing is found. Errors as `tryRoutes`.
    LadderResult findExisting(const std::vector<std::string>& routes, const Authored& authored,
                              Companion& companion,
                              fhir::Deadline deadline = fhir::Deadline::max()) const;

    /// What a person says is at that place in the EHR, "Observation/9": read there and compared.
    /// Writes nothing; the holder is `Nobody` if it is of no type that these routes write, says
    /// something else, or may not be read. Errors as `tryRoutes`.
    LadderResult confirm(const std::vector<std::string>& routes, const Authored& authored,
                         Companion& companion, const std::string& location) const;

    /// Marks our statement that `route` wrote at `location` as entered in error. If the EHR does
    /// not allow it, the companion gets `retracted` instead, and the result says why. `retracted`
    /// is the statement with that mark; `formerPatient` is the id that its patient had when it was
    /// written. May be repeated. Errors as `retractWritten`.
    LadderResult retract(const std::string& route, const std::string& location,
                         const fhir::Observation& retracted, const std::string& formerPatient,
                         Companion& companion,
                         fhir::Deadline deadline = fhir::Deadline::max()) const;

    /// The context of a write now, for callers that only ask whether a write is possible.
    RouteContext routeContext(Companion& companion, bool mayBeThere,
                              const fhir::CapabilityStatement& known) const;

    /// The server's CapabilityStatement, cached for ten minutes.
    fhir::CapabilityStatement capabilities() const;

    const Profile& profile() const noexcept { return profile_; }
    const fhir::Client& client() const noexcept { return client_; }

private:
    fhir::CapabilityStatement capabilitiesFor(bool mayBeThere) const;
    RouteContext contextOf(const fhir::Client& client, Companion& companion,
                           const fhir::CapabilityStatement& known) const;

    Profile profile_;
    fhir::Client client_;
    fhir::Clock clock_;
    Granted granted_;
    mutable StayMemory stays_;
    mutable UnitMemory units_;
    mutable std::mutex capabilitiesMutex_;
    mutable std::optional<fhir::CapabilityStatement> capabilities_;
    mutable fhir::Deadline capabilitiesUntil_{};
};

/// Makes the adapter for a profile's protocol; throws Error{InvalidInput} for an unknown protocol.
std::unique_ptr<Adapter> makeAdapter(Profile profile, fhir::Client client, fhir::Clock clock = {},
                                     Granted granted = {});

/// The types of resource in which statements are looked for, each once: they must be let read and
/// searched.
std::vector<std::string> statementTypes(const Profile& profile);

/// Whether an Observation is a statement of what matters: by its code (95541-9, 81363-4) or its
/// category (US Core or PCO).
bool isStatement(const fhir::Observation& observation);
/// The same for what was read from an entry. Throws Error{InvalidInput} where what would say so
/// cannot be read: it may be one.
bool isStatement(const fhir::Observation& observation, const fhir::BundleEntry& entry);

}  // namespace adapters
