#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "fhir/base/clock.h"

namespace fhir::http {

/// Shuts sockets down at their deadlines, so that every wait on them (TLS handshake, sending,
/// receiving) ends. A time limit for each single wait is not enough: a byte now and then would keep
/// a request open for ever.
///
/// One thread for all; may be used from several threads at once.
class Watchdog {
public:
    Watchdog() = default;
    ~Watchdog();
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;

    /// Watches a socket during the lifetime of this object. The socket must stay open as long: its
    /// descriptor could otherwise belong to another socket at the deadline.
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
    Deadline wakesAt_ = Deadline::max();  ///< when the thread wakes up next
    bool stopping_ = false;
    std::thread thread_;  ///< started with the first watch
};

}  // namespace fhir::http
