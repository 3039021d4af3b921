#pragma once

#include <optional>
#include <vector>

#include "fhir/base/concurrency/worker_pool.h"
#include "fhir/base/json.h"
#include "plugin/cds/hook.h"
#include "plugin/cds/uses.h"
#include "plugin/connections/connections.h"
#include "plugin/domain/freshness.h"

namespace plugin::cds {

/// How the reading of what the patient said went, in the chart of the EHR.
enum class Reading {
    Whole,
    Unreadable,  ///< something of it could not be read: the EHR is down, an entry makes no sense, …
    Late,        ///< the time ran out before it was known
};

/// What was found out about the patient in the time there was.
struct Chart {
    std::vector<domain::Statement> statements;
    domain::StayContext stay;
    Reading reading = Reading::Whole;
    bool isDeceased = false;
    std::optional<fhir::Instant> heldFrom;  ///< set where the EHR was not read: when it last was
    /// The companion server could not be read in time: what was said may be known there alone.
    bool lacksKept = false;
    /// The EHR refuses the patient, or something of them, to the user of the call's token: only
    /// what it gave for this very call is here, and nothing that we hold.
    bool isRefused = false;
    /// The call brought nothing, the EHR lets nobody read it for this call, and nothing is held:
    /// HTTP 412 (CDS Hooks 2.0, Prefetch Template).
    bool isOutOfReach = false;
};

/// Reads what a card is made of: from the prefetch; what is missing there from the EHR, and what
/// the EHR could not hold from the companion server, where there is one, everything at once and
/// until the deadline; what is late from what we hold. Where the EHR answers 401 or 403 to the
/// call's token, nothing that we hold is taken.
class ChartReader {
public:
    ChartReader(const Uses& uses, fhir::WorkerPool& workers) : uses_(uses), workers_(workers) {}

    /// Waits for the EHR until `deadline`, and no longer.
    Chart read(const HookCall& call, const Connection& connection, const fhir::json::Value& root,
               fhir::Deadline deadline) const;

private:
    void takeHeld(Chart& chart, const HookCall& call, const Connection& connection,
                  bool withStatements) const;

    /// What the projection holds of what the companion server does.
    std::vector<domain::Statement> heldKept(const HookCall& call,
                                            const Connection& connection) const;

    const Uses& uses_;
    fhir::WorkerPool& workers_;
};

}  // namespace plugin::cds
