#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "fhir/base/clock.h"
#include "plugin/store/database.h"

namespace plugin::audit {

/// How far the audit trail has been handed to a repository.
struct AuditExport {
    std::string repository{};     ///< the id of its connection
    std::int64_t sent = 0;        ///< up to this event all are there
    std::int64_t inDoubt = 0;     ///< up to this one a try was begun
    std::int64_t attempts = 0;    ///< that failed since the last that did not
    fhir::Instant leasedUntil{};  ///< the claimer has it until then; proves its right to go on
    fhir::Instant due{};
};

/// The way of the audit trail to repositories of others. Not the outbox: that has entries which
/// overtake each other, are given up, taken back and pruned, and holds each a second time; a trail
/// is one long row that is read from where one was.
class AuditExportTable {
public:
    explicit AuditExportTable(store::Database& database) : database_(database) {}

    /// As it is now; where nothing was handed over yet, from the beginning.
    AuditExport state(const std::string& repository) const;
    /// How many events are on record that are not there yet.
    std::int64_t behind(const std::string& repository) const;

    /// Takes the work until `now + lease`; nullopt where somebody else has it, or it is not due.
    std::optional<AuditExport> claim(const std::string& repository, fhir::Instant now,
                                     std::chrono::seconds lease);
    /// Before anything is sent: events up to this one may be there from now on. False, and nothing
    /// may be sent, where the lease is somebody else's.
    bool begin(const AuditExport& claimed, std::int64_t upTo);
    /// Gives the work back: `sent`, `attempts` and `due` of `done`. False as above.
    bool finish(const AuditExport& done);

private:
    store::Database& database_;
};

}  // namespace plugin::audit
