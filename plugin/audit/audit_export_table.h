#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "fhir/base/clock.h"
#include "plugin/store/database.h"

namespace plugin::audit {

/// How much of the audit trail a repository has received.
struct AuditExport {
    std::string repository{};     ///< the id of its connection
    std::int64_t sent = 0;        ///< the repository has every event up to this one
    std::int64_t inDoubt = 0;     ///< events up to this one may be there: a try has begun
    std::int64_t attempts = 0;    ///< failed tries since the last success
    fhir::Instant leasedUntil{};  ///< end of the claim; also proves who holds it
    fhir::Instant due{};
};

/// Tracks how far the audit trail was sent to other servers. It is not an outbox: outbox entries
/// overtake each other, are given up, withdrawn and pruned, and hold a copy. The trail is one
/// sequence, and the export continues at its last position.
class AuditExportTable {
public:
    explicit AuditExportTable(store::Database& database) : database_(database) {}

    /// Returns the current state; if nothing was sent yet, that of the beginning.
    AuditExport state(const std::string& repository) const;
    /// Returns how many recorded events the repository does not have yet.
    std::int64_t behind(const std::string& repository) const;

    /// Claims the export until `now + lease`; nullopt if another sender holds it, or it is not due.
    std::optional<AuditExport> claim(const std::string& repository, fhir::Instant now,
                                     std::chrono::seconds lease);
    /// Notes, before anything is sent, that the events up to `upTo` may be there from now on. False
    /// if the claim is lost: then nothing may be sent.
    bool begin(const AuditExport& claimed, std::int64_t upTo);
    /// Ends the claim and saves `sent`, `attempts` and `due` of `done`. False if the claim is lost.
    bool finish(const AuditExport& done);

private:
    store::Database& database_;
};

}  // namespace plugin::audit
