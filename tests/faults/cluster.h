#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "tests/support/postgresql.h"

namespace faults {

/// The result of a run of the cluster.
struct Uproar {
    std::string fault;          ///< "" if every promise held
    int killed = 0, ended = 0;  ///< instances, by SIGKILL and by SIGTERM
    int databaseStops = 0;
    int absences = 0;  ///< of the EHR: nobody listens there, or nobody answers
    int acknowledged = 0, withdrawn = 0, inChart = 0;
    long repeated = 0;  ///< requests whose answer did not come, or was a failure
    long refused = 0;   ///< corrections of what was taken back before
    int deadLetters = 0;
};

/// Three instances on one PostgreSQL behind nginx, real processes all of them, and people who press
/// buttons without pause, while instances are killed, ended and started again, the database is
/// stopped as by an administrator and as by a power cut, and the EHR refuses, loses, truncates,
/// delays, does not answer and is not there.
class Cluster {
public:
    /// `program`: whatmatters. The server outlives it.
    Cluster(std::string program, test::PostgreSql& server, std::uint64_t seed);
    ~Cluster();
    Cluster(const Cluster&) = delete;
    Cluster& operator=(const Cluster&) = delete;

    /// Runs the load and the faults for at least so long; then ends all faults.
    void play(std::chrono::seconds load);
    /// Waits until the instances have delivered what is left: a lease of one that was killed runs
    /// for up to three minutes. Then compares the simulator's own record with what was promised.
    Uproar finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace faults
