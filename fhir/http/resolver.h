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

/// Looks up host names with a deadline. The system's look-up has none: it may take half a minute
/// when a name server is down.
///
/// May be used from several threads at once. The destructor waits for look-ups that nobody waits
/// for any more.
class Resolver {
public:
    /// The numeric addresses of a host in the order to try them; empty if the name is unknown.
    using Lookup = std::function<std::vector<std::string>(const std::string& host)>;

    Resolver();  ///< asks the system
    explicit Resolver(Lookup lookup) : lookup_(std::move(lookup)) {}
    ~Resolver();
    Resolver(const Resolver&) = delete;
    Resolver& operator=(const Resolver&) = delete;

    /// At least one address, IPv4 before IPv6. A numeric address is returned as it is, at once.
    /// Throws Error{Unavailable} if there is none by the deadline, or if 32 look-ups are already
    /// running.
    std::vector<std::string> resolve(const std::string& host, Deadline deadline);

private:
    struct Task;
    void reap();

    Lookup lookup_;
    std::mutex mutex_;
    std::vector<std::pair<std::shared_ptr<Task>, std::thread>> tasks_;
};

}  // namespace fhir::http
