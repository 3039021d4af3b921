#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "fhir/base/clock.h"
#include "fhir/http/connection.h"

namespace fhir::http {

/// Connections by origin, limited in number: those in use, and idle ones kept alive for reuse.
class ConnectionPool {
public:
    explicit ConnectionPool(std::size_t perOriginMax);

    /// The right to use one connection to an origin, until it is destroyed.
    class Turn {
    public:
        /// Waits until one more connection is allowed. Throws Error{Unavailable} if that is after
        /// the deadline.
        Turn(ConnectionPool& pool, std::string origin, Deadline deadline);
        ~Turn();
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;

        /// An idle connection; nullptr if there is none.
        std::unique_ptr<Connection> take();
        void keep(std::unique_ptr<Connection> connection);

    private:
        ConnectionPool& pool_;
        std::string origin_;
    };

private:
    struct Idle {
        std::unique_ptr<Connection> connection;
        Deadline since;
    };

    void forgetOld();

    const std::size_t perOriginMax_;
    std::mutex mutex_;
    std::condition_variable ended_;
    std::map<std::string, std::size_t> inUse_;  ///< by origin
    std::multimap<std::string, Idle> idle_;     ///< by origin
};

}  // namespace fhir::http
