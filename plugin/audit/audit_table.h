#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "fhir/base/clock.h"
#include "plugin/store/database.h"

namespace plugin::audit {

/// An event to be recorded, or one that was read.
struct AuditRecord {
    std::int64_t sequence = 0;  ///< given by the table
    std::string id{};           ///< UUID of the AuditEvent
    fhir::Instant recorded{};
    std::string connection{}, patient{};  ///< for searches, not read back; "": nobody's
    std::string event{};                  ///< the AuditEvent as FHIR JSON
};

/// A point of the trail that somebody noted: every event recorded up to it must still be there.
struct AuditMark {
    std::int64_t sequence = 0;
    std::string hash{};
};

/// The result of checking the whole trail.
struct AuditVerdict {
    std::int64_t events = 0;  ///< recorded, and in order
    std::int64_t first = 0;   ///< number of the first of them; 0 if there are none
    AuditMark last{};         ///< the mark to note, and to give to the next check
    std::optional<fhir::Instant> from{}, to{};
    std::int64_t brokenAt = 0;  ///< the first event changed or missing; 0: none is
    std::string why{};          ///< in words; no patient data
    bool isWhole() const noexcept { return brokenAt == 0; }
};

/// The audit trail. Its events are numbered without gaps; a keyed hash binds each event to the one
/// before, and the head binds the last. The database holds the key of the hash only sealed
/// (Vault::hash): whoever can write only the database cannot change, insert, move or delete an
/// event unnoticed. A database that was restored as a whole to an earlier day is not detected: for
/// that, note a mark elsewhere, or keep the events elsewhere as well.
///
/// The hash covers the event before it is sealed, so that a new data key changes nothing.
class AuditTable {
public:
    explicit AuditTable(store::Database& database) : database_(database) {}

    /// Records events inside the caller's transaction, as its last step: from here to its end no
    /// process can record another event.
    void append(Poco::Data::Session& session, const std::vector<AuditRecord>& records);

    /// Selects the events after a number, of these patients (`patientHashes`) or, if none are
    /// given, of everybody.
    struct Filter {
        std::vector<std::string> patients{};
        std::int64_t after = 0;
        int limit = 1000;
    };
    /// Lists events in order. Throws Error{Internal} if one cannot be opened; `verify` says which.
    std::vector<AuditRecord> list(const Filter& filter) const;
    /// Returns the hashes by which a patient's events are found: those of the current record and of
    /// every record merged into it. Events of merged records stay as they were recorded.
    std::vector<std::string> patientHashes(const std::string& connection,
                                           const std::string& patient) const;

    /// Checks the whole trail as it is at one moment. A given mark must be on it too.
    AuditVerdict verify(const std::optional<AuditMark>& mark = {}) const;

    /// Deletes the oldest events, those recorded before `before`, and notes where the trail begins
    /// now. Returns how many.
    std::size_t prune(fhir::Instant before);
    /// Seals up to `limit` rows by the current data key; see Database::reseal.
    static std::size_t reseal(Poco::Data::Session& session, const store::Vault& vault, int limit);

private:
    store::Database& database_;
};

}  // namespace plugin::audit
