#pragma once

#include <csignal>

namespace plugin::cli {

/// Waits for Ctrl+C or SIGTERM. Must be made before any thread, so that no signal interrupts a
/// thread in the middle of a write.
class Termination {
public:
    Termination() {
        sigemptyset(&signals_);
        sigaddset(&signals_, SIGINT);
        sigaddset(&signals_, SIGTERM);
        pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
        // A peer that closes early must cause an error, not end this program.
        std::signal(SIGPIPE, SIG_IGN);
    }
    /// Returns when the program is asked to end.
    void wait() const {
        int received = 0;
        sigwait(&signals_, &received);
    }

private:
    sigset_t signals_{};
};

}  // namespace plugin::cli
