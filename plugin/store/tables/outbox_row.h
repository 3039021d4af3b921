#pragma once

#include <string>
#include <tuple>
#include <vector>

#include "plugin/store/sealing/sealed_row.h"
#include "plugin/store/tables/outbox_entry.h"

namespace plugin::store {

/// The columns of an entry, in the order of EntryRow::columns.
inline const std::string kEntryColumns =
    "id, connection, kind, resource_type, business_key, resource, state, attempts, may_be_there, "
    "created, waiting_since, next_attempt, leased_until, last_error, placement, route, location, "
    "remark, skipped, corrects, corrected_by, in_doubt";

/// An entry as the database has it: times in milliseconds, patient data sealed.
struct EntryRow {
    static constexpr const char* kTable = "outbox";

    std::string id, connection, kind, resourceType, businessKey, resource, state;
    int attempts = 0;
    int mayBeThere = 0;
    std::int64_t created = 0, waitingSince = 0, nextAttempt = 0, leasedUntil = 0;
    std::string lastError, placement, route, location, remark, skipped, corrects, correctedBy;
    int inDoubt = 0;  ///< of one that failed

    std::vector<Field> keyFields() { return {{"id", &id}}; }
    std::vector<Field> sealedFields() { return {{"resource", &resource}}; }
    std::vector<Field> hashFields() { return {{"business_key", &businessKey}}; }
    void hash(const Vault& vault) { businessKey = vault.hash("outbox/business_key", businessKey); }

    template <class Self>
    static auto columns(Self& row) {
        return std::tie(row.id, row.connection, row.kind, row.resourceType, row.businessKey,
                        row.resource, row.state, row.attempts, row.mayBeThere, row.created,
                        row.waitingSince, row.nextAttempt, row.leasedUntil, row.lastError,
                        row.placement, row.route, row.location, row.remark, row.skipped,
                        row.corrects, row.correctedBy, row.inDoubt);
    }
};

/// The state of a row. Throws Error{Internal} where it is none.
OutboxState stateOf(const std::string& text, bool inDoubt);
EntryKind kindOf(const std::string& text);       ///< as above
Placement placementOf(const std::string& text);  ///< as above
/// The row of an entry, before it is sealed. Where `waitingSince` is left out it is `created`.
EntryRow toRow(const OutboxEntry& entry);
/// Opens a row. Throws as Vault::open.
OutboxEntry toEntry(EntryRow row, const Vault& vault);

}  // namespace plugin::store
