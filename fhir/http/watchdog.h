#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "fhir/base/clock.h"

namespace fhir::http {

/// Shuts sockets down at their deadlines, so that whatever waits on one (connecting TLS, sending,
/// receiving) ends then. A limit for each single wait does not do that: a byte now and then would
/// keep a request open for ever.
///
/// One thread for all; may be used from several threads at once.
class Watchdog {
public:
    Watchdog() = default;
    ~Watchdog();
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;

    /// Watches a socket for as long as it lives. The socket must stay open until then: its number
    /// could otherwise belong to another when the deadline comes.
    class Watch {
    public:
        Watch(Watchdog& watchdog, int descriptor, Deadline deadline);
        ~Watch();
        Watch(const Watch&) = delete;
        Watch& operator=(const Watch&) = delete;

        /// Whether the deadline came and the socket was shut down.
        bool fired() const;

    private:
        friend class Watchdog;
        Watchdog& watchdog_;
        int descriptor_;
        bool fired_ = false;
        std::multimap<Deadline, Watch*>::iterator place_;
    };

private:
    void run();

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::multimap<Deadline, Watch*> watches_;
    Deadline wakesAt_ = Deadline::max();  ///< when the thread looks next
    bool stopping_ = false;
    std::thread thread_;  ///< started with the first watch
};

}  // namespace fhir::http
