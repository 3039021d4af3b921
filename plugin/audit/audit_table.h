#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "fhir/base/clock.h"
#include "plugin/store/database.h"

namespace plugin::audit {

/// An event as it is to be put on record, or as it was read.
struct AuditRecord {
    std::int64_t sequence = 0;  ///< given by the table
    std::string id{};           ///< UUID of the AuditEvent
    fhir::Instant recorded{};
    std::string connection{}, patient{};  ///< whose it is found by; not read back. "" of nobody
    std::string event{};                  ///< the AuditEvent as FHIR JSON
};

/// A point of the trail that somebody has noted: what was on record up to it must still be.
struct AuditMark {
    std::int64_t sequence = 0;
    std::string hash{};
};

/// What a walk along the whole trail has found.
struct AuditVerdict {
    std::int64_t events = 0;  ///< that are on record and in order
    std::int64_t first = 0;   ///< their numbers; 0 of none
    AuditMark last{};         ///< what to note, and to show the next time
    std::optional<fhir::Instant> from{}, to{};
    std::int64_t brokenAt = 0;  ///< the first event that is not as it was; 0: the trail is whole
    std::string why{};          ///< in words; no patient data
    bool isWhole() const noexcept { return brokenAt == 0; }
};

/// The audit trail: numbered without gaps, each event bound to the one before by a keyed hash, and
/// the last one by the head. The key is none that lies open in the database (Vault::hash): whoever
/// can write the database alone can neither change, insert, move nor take away an event and
/// go unnoticed. What that does not show is a database that was put back as a whole to an earlier
/// day: for that a mark is noted elsewhere, or the events are kept elsewhere as well.
///
/// What is bound is the event before it was sealed, so that a new data key changes nothing.
class AuditTable {
public:
    explicit AuditTable(store::Database& database) : database_(database) {}

    /// Inside the caller's transaction, and last in it: from here to its end no other event is put
    /// on record, by whichever process.
    void append(Poco::Data::Session& session, const std::vector<AuditRecord>& records);

    /// Which events are listed: those after a number, of these patients (`patientHashes`) or of
    /// everybody.
    struct Filter {
        std::vector<std::string> patients{};
        std::int64_t after = 0;
        int limit = 1000;
    };
    /// In their order. Throws Error{Internal} where one cannot be opened; `verify` says which.
    std::vector<AuditRecord> list(const Filter& filter) const;
    /// By what the events of a patient are found: of the record as it is now, and of all that were
    /// merged into it. What was done to those stays as it was put on record.
    std::vector<std::string> patientHashes(const std::string& connection,
                                           const std::string& patient) const;

    /// Walks along the whole trail as it is at one moment. With a mark, that too must be on it.
    AuditVerdict verify(const std::optional<AuditMark>& mark = {}) const;

    /// Deletes from the beginning on what was recorded before then, and keeps where the trail
    /// begins since. Returns how many.
    std::size_t prune(fhir::Instant before);
    /// Seals up to `limit` rows by the current data key; see Database::reseal.
    static std::size_t reseal(Poco::Data::Session& session, const store::Vault& vault, int limit);

private:
    store::Database& database_;
};

}  // namespace plugin::audit
