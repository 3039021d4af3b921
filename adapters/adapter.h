#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
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

/// Statement Observations as the EHR holds them, of any author.
struct FoundStatements {
    std::vector<fhir::Observation> observations;  ///< entered-in-error ones too: they retract
    std::vector<fhir::Issue> problems;
};

/// Tells what the EHR granted this connection; nullopt where no token is used.
using Granted = std::function<std::optional<fhir::smart::Scopes>()>;

/// One EHR. The base class is plain R4 driven by a Profile; override only what data cannot say.
/// May be used from several threads at once.
class Adapter {
public:
    Adapter(Profile profile, fhir::Client client, fhir::Clock clock, Granted granted);
    virtual ~Adapter() = default;
    Adapter(const Adapter&) = delete;
    Adapter& operator=(const Adapter&) = delete;

    /// The unit's current stays; finished encounters and other units are filtered out on our
    /// side as well, whatever the server returned.
    virtual Worklist worklist(const WorklistQuery& query, const Progress& progress = {}) const;

    /// What matters to these patients, by Patient id. An Observation of any other patient than
    /// those asked for is dropped and reported: a server that loses the filter must not leak.
    virtual FoundStatements statements(const std::vector<std::string>& patientIds) const;

    /// The record of this id, or one that says itself to have taken its place (Patient.link,
    /// replaces). Throws Error{BadReply} where the server answers with any other patient.
    virtual fhir::Patient patient(const std::string& id) const;
    virtual fhir::Encounter encounter(const std::string& id) const;

    /// Writes through the ladder. No request of it goes out after the deadline. Errors as
    /// `tryRoutes`.
    LadderResult write(const std::vector<std::string>& routes, const Authored& authored,
                       Companion& companion, bool mayBeThere,
                       fhir::Deadline deadline = fhir::Deadline::max()) const;

    /// Where an earlier try of a write has left it in the EHR, which could not be told then. Writes
    /// nothing; no route in the result where it is nowhere. Errors as `tryRoutes`.
    LadderResult findExisting(const std::vector<std::string>& routes, const Authored& authored,
                              Companion& companion,
                              fhir::Deadline deadline = fhir::Deadline::max()) const;

    /// Marks a statement of ours that `route` left at `location` as entered in error, there; or in
    /// the companion, with the reason, where the EHR does not let us. `retracted` is the statement
    /// so marked, and `formerPatient` the id that its patient had when it was written. May be done
    /// again. Errors as `tryRoutes`.
    LadderResult retract(const std::string& route, const std::string& location,
                         const fhir::Observation& retracted, const std::string& formerPatient,
                         Companion& companion,
                         fhir::Deadline deadline = fhir::Deadline::max()) const;

    /// What a write would be tried with now: for those who only ask whether it can be.
    RouteContext routeContext(Companion& companion, bool mayBeThere,
                              const fhir::CapabilityStatement& known) const;

    /// The server's CapabilityStatement, read once and again after ten minutes.
    fhir::CapabilityStatement capabilities() const;

    const Profile& profile() const noexcept { return profile_; }
    const fhir::Client& client() const noexcept { return client_; }

private:
    fhir::CapabilityStatement capabilitiesFor(bool mayBeThere) const;

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

/// The adapter for a profile's protocol; throws Error{InvalidInput} for an unknown one.
std::unique_ptr<Adapter> makeAdapter(Profile profile, fhir::Client client, fhir::Clock clock = {},
                                     Granted granted = {});

/// Whether an Observation says what matters: by code (95541-9, 81363-4) or by a category, of US
/// Core or PCO.
bool isStatement(const fhir::Observation& observation);

}  // namespace adapters
