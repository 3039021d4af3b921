#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "fhir/base/clock.h"
#include "plugin/store/database.h"

namespace plugin::store {

/// How far it has come with a merge of two records.
enum class MergeState {
    Said,      ///< the EHR has said it once; nothing has moved
    Followed,  ///< what was said of the one is the other's
    Undone,    ///< a person has taken it back; it is not followed again
};
/// "said", "followed", "undone"
const char* toString(MergeState state) noexcept;

/// A merge that is on record.
struct Merge {
    std::string connection;
    std::string patient;   ///< Patient id of the record that is no longer used; "" if not known
    std::string survivor;  ///< of the one that took its place
    MergeState state = MergeState::Said;
    fhir::Instant since{};  ///< when it was first said, followed, or taken back
    std::size_t moved = 0;  ///< statements, entries of the outbox and kept resources
};

/// Patients whose record was merged into another one, as the EHR said (R4, Patient.link).
class MergeTable {
public:
    /// The most merges that are followed in a chain, which also ends one that leads back to its
    /// start.
    static constexpr int kStepsMax = 8;
    /// How long after the first time the EHR must say it again. One slip of a cache or a proxy in
    /// between must not make two people one.
    static constexpr std::chrono::seconds kAskedAgainAfter{30};

    explicit MergeTable(Database& database) : database_(database) {}

    /// Notes that the EHR says so, and returns what may be done: `Followed` if it said the same
    /// before, at least `kAskedAgainAfter` ago; `Said` if not; `Undone` if a person has taken just
    /// this merge back.
    MergeState hear(const std::string& connection, const std::string& from, const std::string& to,
                    fhir::Instant now);

    /// What moved.
    struct Moved {
        bool isNew = false;  ///< the merge was not followed before
        std::size_t statements = 0, entries = 0, kept = 0;
    };
    /// Records the merge and moves what was said of `from` to `to`, in one transaction: statements,
    /// outbox entries that wait or failed, what the companion holds. The rows of `from` leave the
    /// lists until the units are read again. A second call moves only what has come since. Throws
    /// Error{Conflict} if `to` is recorded as merged into `from`, or both are the same. `also` runs
    /// at the end of the transaction if it is new, or anything was moved.
    Moved follow(const std::string& connection, const std::string& from, const std::string& to,
                 fhir::Instant now, const std::function<void(Poco::Data::Session&)>& also = {});

    /// What an undoing came to.
    struct Undone {
        std::string survivor;
        Moved back;
        /// What reached the chart of the survivor meanwhile, and must be corrected there by a
        /// person: "Observation/9".
        std::vector<std::string> delivered;
    };
    /// Takes a merge that was followed back: just what it moved is `patient`'s again. `also` joins
    /// the transaction, as its last. nullopt where no such merge was followed.
    std::optional<Undone> undo(const std::string& connection, const std::string& patient,
                               fhir::Instant now,
                               const std::function<void(Poco::Data::Session&)>& also = {});

    /// All that are on record, newest first; at most `limit`.
    std::vector<Merge> list(int limit) const;

    /// The ids that a patient has had, this one first, the current one last; at most `kStepsMax`
    /// are followed.
    std::vector<std::string> chain(const std::string& connection, const std::string& patient) const;
    /// The last of them: the same if no merge was followed.
    std::string current(const std::string& connection, const std::string& patient) const;

    /// Returns the hash by which a patient is looked up.
    static std::string hashOf(const Vault& vault, const std::string& connection,
                              const std::string& patient);
    /// Returns the hashes of the patient's current record and of every record merged into it.
    std::vector<std::string> hashesOf(const std::string& connection,
                                      const std::string& patient) const;

    /// Seals up to `limit` rows by the current data key; see Database::reseal.
    static std::size_t reseal(Poco::Data::Session& session, const Vault& vault, int limit);

private:
    Database& database_;
};

}  // namespace plugin::store
