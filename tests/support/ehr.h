#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "adapters/simulator/simulator.h"
#include "tests/support/raw_server.h"

namespace test {

/// The made-up hospital's EHR on a free port, which can be made to fail in any way that bytes can.
/// Its address stays the same after `mend`.
class Ehr {
public:
    /// Answers a request and returns true, after which the connection is closed; false leaves the
    /// request to the simulator. `line` is "GET /fhir/Patient/patient-1".
    using Fault = std::function<bool(Connection& connection, const std::string& line)>;
    /// Changes what the simulator answers to a request before it is sent.
    using Change = std::function<void(const std::string& line, fhir::http::Response& response)>;

    explicit Ehr(int patients = 24, adapters::simulator::AuthorizationOptions authorization = {});

    std::string base() const { return server_->url() + "/fhir"; }
    void fail(Fault fault);
    void mend() { fail(nullptr); }
    void change(Change change);
    /// The next request whose line begins with `start` is carried out, and its answer is lost.
    void loseAnswerTo(std::string start);
    /// How many requests came whose line begins with this: "POST /fhir/Observation".
    std::size_t count(const std::string& start = {}) const;
    std::vector<std::string> lines() const;
    /// The value of this header in the last request whose line begins with `start`; "" if it had
    /// none.
    std::string headerOf(const std::string& start, const std::string& name) const;
    /// The body of the answer to a request that is not counted and meets no fault; target
    /// "/Patient/1".
    std::string get(const std::string& target);
    /// The answer to a create that is not counted and meets no fault.
    fhir::http::Response post(const std::string& target, const std::string& body);
    /// How many resources a search finds.
    std::size_t total(const std::string& target);

private:
    void serve(Connection& connection);

    mutable std::mutex mutex_;
    Fault fault_;
    Change change_;
    std::string lost_;
    std::vector<std::string> lines_;
    std::vector<std::string> heads_;  ///< of the same requests
    std::unique_ptr<fhir::http::Transport> hooks_ = fhir::http::makeTransport();
    std::unique_ptr<adapters::simulator::Simulator> simulator_;
    std::unique_ptr<RawServer> server_;  // last, so that it ends first
};

/// Sends these bytes to every request.
Ehr::Fault always(std::string bytes);
/// Answers requests whose line begins with `start` with this status and, if given, body.
Ehr::Fault answering(std::string start, int status, std::string body = {});
/// Takes requests whose line begins with `start` and never answers.
Ehr::Fault silent(std::string start = {});

}  // namespace test
