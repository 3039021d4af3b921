#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "fhir/base/clock.h"
#include "plugin/domain/statement.h"
#include "plugin/store/database.h"
#include "plugin/store/tables/outbox_entry.h"
#include "plugin/store/tables/patient_move.h"

namespace plugin::store {

/// The business key of what is said of a patient, without its connection.
std::string patientKey(const std::string& patient, domain::Aspect aspect);

/// Which entries are looked at; "": any.
struct OnlyEntries {
    std::string id{}, connection{};
    std::vector<std::string> without{};  ///< connections whose entries are left alone
};

/// The outbox. Time comes in as a parameter; ids are the caller's.
class OutboxTable {
public:
    explicit OutboxTable(Database& database) : database_(database) {}

    using Also = std::function<void(Poco::Data::Session&)>;

    /// Inside the caller's transaction, so that a statement and its entry are one.
    /// An id that is there already changes nothing and returns false.
    bool insert(Poco::Data::Session& session, const OutboxEntry& entry);

    std::optional<OutboxEntry> find(const std::string& id) const;
    /// Oldest first; `all` also lists delivered and discarded ones. At most `limit`.
    std::vector<OutboxEntry> list(bool all, int limit) const;

    /// Takes the oldest entry that is due and whose key has no earlier unfinished entry, and
    /// leases it to the caller until `now + lease`: nobody else gets it before. Sets
    /// `mayBeThere` for the next taker, in the same step, so that a crash leaves the doubt on
    /// record; the returned entry holds the value from before. With `only`, no other is taken.
    ///
    /// Unfinished is what waits. A failed entry does not hold up the later ones of its key: each
    /// statement stands for itself and carries its own date, and newer words of a patient must not
    /// wait for a person to look at older ones.
    std::optional<OutboxEntry> claim(fhir::Instant now, std::chrono::seconds lease,
                                     const OnlyEntries& only = {});

    /// Inside the transaction that has inserted `correction` (and holds their key by that): the
    /// entry was a mistake. Where no try of it can have arrived it is taken off its way at once;
    /// where one can, the next try looks, and writes nothing.
    static void takeBack(Poco::Data::Session& session, const std::string& id,
                         const std::string& correction);

    /// Whether a claimed entry still waits and is the claimer's; until the transaction ends it is
    /// nobody else's then.
    static bool isHeld(Poco::Data::Session& session, const OutboxEntry& entry);
    /// Of a claimed entry: placement, route, location, remark, skipped. Holds even after the lease
    /// ran out or the entry was discarded: it is there. What is in the EHR leaves the companion.
    /// `also` joins the transaction, as its last, where this is what delivers it.
    void markDelivered(const OutboxEntry& entry, const Also& also = {});
    /// Back to waiting until `nextAttempt`, with so many `attempts`; `inDoubt` says whether it may
    /// have arrived. False, and nothing done, where the lease ran out and somebody else has it.
    bool markRetry(const OutboxEntry& entry, bool inDoubt);
    /// lastError, skipped, mayBeThere, and whether it is in doubt; a person must look. False as
    /// above; `also` as above.
    bool markFailed(const OutboxEntry& entry, const Also& also = {});

    /// Of one that was taken back: it is not in the EHR, and never will be. Discarded. False where
    /// it was delivered, or somebody else has it.
    bool markUnsent(const OutboxEntry& entry);

    /// Inside the caller's transaction: what is to be written about one patient is about another,
    /// whose record took the place of theirs. What is being sent is not touched: it goes to the old
    /// record, where the EHR knows what to do with it, or comes back. Returns their ids.
    std::vector<std::string> move(Poco::Data::Session& session, const PatientMove& move);

    /// Inside the caller's transaction: where those of these entries are that are in the EHR.
    static std::vector<std::string> deliveredAmong(Poco::Data::Session& session,
                                                   const std::set<std::string>& ids);

    /// Failed or InDoubt → Waiting, due at once; the age that counts for giving up begins anew. The
    /// next try looks first where one may have arrived, unless a person who has looked says of an
    /// entry in doubt that it `isNotThere`. False where there is no such entry, or it has ended.
    bool retry(const std::string& id, fhir::Instant now, bool isNotThere = false);
    /// Waiting, Failed or InDoubt → Discarded with `why` as its lastError.
    bool discard(const std::string& id, const std::string& why);
    /// Deletes the delivered or the discarded ones that were created before then; what our own
    /// store alone holds (`Placement::LocalCompanion`) keeps its receipt. Returns how many.
    std::size_t prune(OutboxState state, fhir::Instant before);
    /// Of each connection: how many wait, failed or are in doubt, and since when the oldest of them
    /// does.
    struct Backlog {
        std::string connection{};
        OutboxState state = OutboxState::Waiting;
        int entries = 0;
        fhir::Instant oldest{};
    };
    std::vector<Backlog> backlog() const;
    /// How many wait, and how many need a person: failed or in doubt.
    std::pair<int, int> counts() const;
    /// When the next entry can be claimed, which may be past; nullopt where none waits.
    std::optional<fhir::Instant> nextDue(fhir::Instant now, const OnlyEntries& only = {}) const;

    /// Seals up to `limit` rows by the current data key; see Database::reseal.
    static std::size_t reseal(Poco::Data::Session& session, const Vault& vault, int limit);

private:
    Database& database_;
};

}  // namespace plugin::store
