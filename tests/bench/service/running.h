#pragma once

#include <Poco/Net/HTTPClientSession.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/program.h"
#include "tests/support/temporary_folder.h"

/// The programs that a site runs, measured from outside.
namespace bench {

/// One connection to loopback that is kept alive.
class Wire {
public:
    explicit Wire(std::uint16_t port);
    struct Answer {
        int status = 0;
        std::string body, cookie, location;
    };
    using Headers = std::vector<std::pair<std::string, std::string>>;
    Answer send(const std::string& method, const std::string& target, const std::string& body = {},
                const Headers& headers = {});

private:
    std::unique_ptr<Poco::Net::HTTPClientSession> session_;
};

/// `whatmatters simulate`, of a plain R4 server.
class Ehr {
public:
    Ehr(const std::string& program, int patients);
    std::uint16_t port() const { return port_; }
    std::string base() const;
    /// Worklists, as JSON: the ward of at most 40, and everybody.
    std::string ward() const;
    std::string everybody() const;

private:
    /// The member at a JSON pointer ("/list") of what the program prints about itself, as text.
    std::string at(const std::string& pointer) const;

    test::TemporaryFolder folder_;
    std::unique_ptr<test::Program> running_;
    std::string described_;
    std::uint16_t port_ = 0;
};

/// A connection of a site with one unit, as JSON.
std::string connectionText(const std::string& id, const Ehr& ehr, const std::string& unit,
                           const std::string& worklist);

/// `whatmatters serve` on a SQLite file of its own.
class Service {
public:
    /// `connections`: their JSON, separated by commas.
    Service(std::string program, const std::string& connections);
    std::uint16_t port() const { return port_; }
    /// Of health and metrics.
    std::uint16_t operationsPort() const { return operationsPort_; }
    /// Restarts the service. Returns the seconds from the start of the process until it is ready.
    double restart();
    /// Resident memory in MiB, as the kernel counts it (proc(5), VmRSS).
    double residentMib();
    /// How many stays its projection holds.
    int stays() const;
    /// Cookie and context of a page that a link opens: {"view":"ward","unit":"ward-7"}.
    Wire::Headers open(const std::string& link);

private:
    test::TemporaryFolder folder_;
    std::string program_, site_;
    std::unique_ptr<test::Program> running_;
    std::uint16_t port_ = 0, operationsPort_ = 0;
};

/// Runs both sides in turn, `rounds` times each. Prints and returns their medians.
std::pair<double, double> medians(const std::string& what, const char* unit, int rounds,
                                  const std::function<double()>& ours,
                                  const std::function<double()>& beside);
double secondsOf(const std::function<void()>& work);
double median(std::vector<double> values);

/// Prints "bench NAME VALUE aim >=AIM ok|short", with "<=" unless `atLeast`.
void result(const std::string& name, double value, bool atLeast, double aim);

/// Runs `work` with the program's argument. Returns the exit code: 1, after printing it, if `work`
/// throws; 2 if the argument is missing.
int measured(int count, char** words, const std::function<void(const std::string&)>& work);

}  // namespace bench
