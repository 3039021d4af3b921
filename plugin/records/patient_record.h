#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "fhir/base/clock.h"
#include "fhir/base/error.h"
#include "plugin/domain/freshness.h"
#include "plugin/records/companion_statements.h"

namespace plugin::records {

/// How the reading of what the patient said went, in the chart of the EHR.
enum class Reading {
    Whole,
    Unreadable,  ///< something of it could not be read: the EHR is down, an entry makes no sense, …
    Late,        ///< the time ran out before it was known
};

/// Everything about one patient that a page, a card or an export shows, and how reading it went.
struct PatientRecord {
    std::string patient;  ///< the id; another one than was asked for where that was merged into it
    std::string name, birthDate, gender, identifier;  ///< "" where unknown
    std::vector<std::string> languages;               ///< BCP 47, the patient's preferred first
    bool mayBeDeceased = false;                       ///< has died, or it cannot be read whether
    std::string encounterStatus, encounterClass, location, start;  ///< "" where unknown
    domain::StayContext stay;
    /// The EHR's, the companion server's and ours, each once; as we hold them from the last reading
    /// of the unit where `heldFrom` is set.
    std::vector<domain::Statement> statements;

    Reading reading = Reading::Whole;
    std::size_t problems = 0;  ///< what the EHR has and could not be read, with its own remarks
    std::optional<fhir::Instant> readAt;    ///< when all of this was read, where nothing failed
    std::optional<fhir::Instant> heldFrom;  ///< set where the EHR's words were not read
    CompanionReading companion = CompanionReading::Whole;  ///< also where there was none to read
    /// The EHR says no to the user's own token: 401 or 403 to any part, or 404 or 410 to the
    /// patient or the words, which may be how it hides them. Only what it gave is here.
    bool isRefused = false;
    /// Nothing that we hold is here, because the EHR refuses it to the user, or has not said in
    /// time whether they may see it.
    bool isWithheld = false;
    /// The EHR's words were not known beforehand, the EHR lets nobody read them, and nothing is
    /// held.
    bool isOutOfReach = false;
    /// The same where the EHR lets them be read, but is away, or gives an answer without sense.
    bool isAway = false;
    /// Why something of the EHR is not here, a refusal before anything else: it was late
    /// (Unavailable), or as it answered.
    std::optional<fhir::Error> failure;
    bool isHeld = false;  ///< something failed, and what we hold stands in for it
};

/// Whether something of what was said could not be read, on the EHR or a companion: that nobody
/// said anything is then not known.
bool isUnread(const PatientRecord& record);

/// For those who wait for the EHR. Throws `failure`, unless the EHR is away (Unavailable, BadReply,
/// or Unauthorized to our own credentials) and what we hold stands in for it: what the EHR says no
/// to is not covered up.
void requireReadable(const PatientRecord& record);

}  // namespace plugin::records
