#pragma once

#include <string>
#include <vector>

#include "fhir/base/clock.h"

namespace plugin::store {

/// What an entry is to do. It is said when the entry is made, and never changes.
enum class EntryKind {
    Statement,   ///< writes what a patient said
    Flag,        ///< writes a flag about a team
    Correction,  ///< marks the statement of another entry as entered in error
    Provenance,  ///< writes who said and who typed a statement that is in the EHR
    RemoveCopy,  ///< takes from the companion server what proved to be in the EHR as well
};
/// "statement", "flag", "correction", "provenance", "remove-copy"
const char* toString(EntryKind kind) noexcept;

/// Where an entry is on its way.
enum class OutboxState {
    Waiting,
    Delivered,
    Failed,     ///< a person must look; it is not in the EHR
    InDoubt,    ///< a person must look before it is sent again: it may be in the EHR
    Discarded,  ///< keeps its row and its why
};
const char* toString(OutboxState state) noexcept;  ///< "waiting", "in-doubt", …
/// Whether it has stopped until a person has looked.
bool needsPerson(OutboxState state) noexcept;

/// Who has what an entry wrote or changed.
enum class Placement {
    Nowhere,          ///< it is on its way or was given up, or nobody has it any more
    Ehr,              ///< the location is relative: "Observation/9"
    LocalCompanion,   ///< our own store; the location is relative
    RemoteCompanion,  ///< another server; the location is an address there
};
/// "nowhere", "ehr", "local-companion", "remote-companion"
const char* toString(Placement placement) noexcept;
/// Whether it is kept outside the EHR, by either companion.
bool isInCompanion(Placement placement) noexcept;

/// One rung that did not take the write.
struct SkippedRoute {
    std::string route{}, why{};
};

/// A resource of ours on its way into the EHR.
struct OutboxEntry {
    std::string id{};  ///< UUID without "urn:uuid:": of the statement or the flag
    std::string connection{};
    EntryKind kind = EntryKind::Statement;
    std::string resourceType{};  ///< "Observation", "Flag" or "Provenance"
    /// Entries of one key are sent in order: "patient/2/now". What is read back is its keyed hash.
    std::string businessKey{};
    std::string resource{};  ///< the FHIR JSON that is to be written
    OutboxState state = OutboxState::Waiting;
    int attempts = 0;         ///< tries begun
    bool mayBeThere = false;  ///< a try ended in doubt, or died before it was marked
    fhir::Instant created{};
    fhir::Instant waitingSince{};  ///< created, or put back by a person; left out: created
    fhir::Instant nextAttempt{};
    fhir::Instant leasedUntil{};  ///< the claimer has it until then; proves its right to mark it
    std::string lastError{};      ///< for the operator; no patient data
    Placement placement = Placement::Nowhere;
    std::string route{};     ///< the name of the way that it took
    std::string location{};  ///< where the placement has it, or, of a copy that was removed, had it
    std::string remark{};
    std::vector<SkippedRoute> skipped{};
    std::string corrects{};     ///< of a correction: the entry that it marks as entered in error
    std::string correctedBy{};  ///< the id of the entry that does so with this one
};

}  // namespace plugin::store
