#pragma once

#include <cstdint>
#include <string>

#include "plugin/store/database.h"
#include "tests/faults/history.h"

namespace faults {

/// The result of a run of the simulation.
struct Outcome {
    std::string fault;  ///< "" if every promise held
    int captured = 0;
    int corrected = 0;  ///< taken back, or put right
    int crashes = 0;
    int mishaps = 0;  ///< requests that the network or the EHR spoilt
};

/// Options of a run. Each one that is false puts in a fault that the simulation must find.
struct Play {
    bool looksFirst = true;   ///< false: a sender that does not look for its entry first
    bool corrects = true;     ///< false: a sender that treats withdrawals as done
    bool readsInTurn = true;  ///< false: readers that write what they have read without a lease
};

/// Nurses write statements down, instances send them and read the ward, the network loses and
/// damages messages, processes die at any step and start again, the clock jumps: one history, drawn
/// by the seed, with the real capture, table, policy, sender, ladder, sync and simulator. Then all
/// faults end, and what the simulator was given is compared with what was acknowledged:
///
/// * each acknowledged statement is in exactly one place, the EHR or the companion, which in half
///   of the histories is another FHIR server, as unreliable as the EHR;
/// * no statement is anywhere twice, acknowledged or not;
/// * what was taken back, while it waited, while it was on its way or afterwards, is nowhere, or is
///   marked as entered in error where it is, and is shown to nobody as current;
/// * the statements of one patient and aspect reached the EHR in the order they were written down;
/// * each receipt names the place;
/// * what was once on the list of the ward stays on it, whoever reads it last and however late, and
///   in the end all that is in the EHR is on it.
Outcome simulate(std::uint64_t seed, plugin::store::Database& database, const Play& play,
                 History& history);

}  // namespace faults
