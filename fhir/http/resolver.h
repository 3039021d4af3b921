#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "fhir/base/clock.h"

namespace fhir::http {

/// Looks host names up under a deadline, which the system's own look-up does not have: it may take
/// half a minute when a name server is down.
///
/// May be used from several threads at once. Its end waits for look-ups that were given up.
class Resolver {
public:
    /// The numeric addresses of a host in the order to try them; empty where the name is unknown.
    using Lookup = std::function<std::vector<std::string>(const std::string& host)>;

    Resolver();  ///< asks the system
    explicit Resolver(Lookup lookup) : lookup_(std::move(lookup)) {}
    ~Resolver();
    Resolver(const Resolver&) = delete;
    Resolver& operator=(const Resolver&) = delete;

    /// At least one address, IPv4 before IPv6. A numeric address comes back as it is, at once.
    /// Throws Error{Unavailable} where there is none by the deadline, and where 32 look-ups are
    /// already under way.
    std::vector<std::string> resolve(const std::string& host, Deadline deadline);

private:
    struct Task;
    void reap();

    Lookup lookup_;
    std::mutex mutex_;
    std::vector<std::pair<std::shared_ptr<Task>, std::thread>> tasks_;
};

}  // namespace fhir::http
