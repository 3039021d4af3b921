#pragma once

#include <csignal>

namespace plugin::cli {

/// Ctrl+C and SIGTERM as something to wait for. Made before any thread, so that none of them is
/// interrupted in the middle of a write.
class Termination {
public:
    Termination() {
        sigemptyset(&signals_);
        sigaddset(&signals_, SIGINT);
        sigaddset(&signals_, SIGTERM);
        pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
        // A peer that closes early must end in an error, not in the end of this program.
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
