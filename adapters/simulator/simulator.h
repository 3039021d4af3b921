#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "adapters/simulator/authorization.h"
#include "adapters/simulator/faults.h"
#include "adapters/simulator/writes.h"
#include "fhir/base/clock.h"
#include "fhir/http/transport.h"

namespace adapters::simulator {

struct Options {
    fhir::Url base;          ///< where it is reached, "http://127.0.0.1:8081/fhir"
    int patients = 24;       ///< 1 to 5000
    std::uint64_t seed = 1;  ///< the same seed gives the same ward on the same day
    fhir::Clock clock;
    std::vector<Fault> faults = {};  ///< chosen by the same seed
    std::string vendor = "generic";  ///< one of `behaviours()`
    AuthorizationOptions authorization = {};
    /// By which it tells whoever has subscribed of what changes; nullptr: nobody is told.
    fhir::http::Transport* hooks = nullptr;
    bool hurry = false;  ///< exports are waited for a second, and as much is asked as one likes
    /// How `send` passes the time of a delayed answer.
    std::function<void(std::chrono::milliseconds)> wait = [](std::chrono::milliseconds time) {
        std::this_thread::sleep_for(time);
    };
};

/// An answer, and what becomes of it on its way.
struct Answer {
    enum class Arrives { Whole, Half, Never };
    fhir::http::Response response;
    Arrives arrives = Arrives::Whole;
    std::chrono::milliseconds delay{0};
};

/// What the demo shows of the made-up hospital.
struct WardSummary {
    std::string unitId, unitName, location;  ///< location: "Location/ward-7"
    std::string teamId, teamName, teamSubject;
    std::string list;          ///< `identifier` of the List of the ward's patients: "system|value"
    std::string group;         ///< the Group of the same: "Group/…"
    std::string practitioner;  ///< who has appointments on the ward: "Practitioner/…"
    std::string alwaysName, alwaysValue;  ///< a query parameter of every request; "" none
    std::string row;  ///< "system|code" of the row that the site built for what matters
    std::vector<std::string> patients;  ///< of the ward: "Patient/…"
};

/// An EHR with a made-up ward, in memory, that behaves as the vendor's does. As a Transport it can
/// stand in for the network; behind a server it is the EHR of the demo. May be used from several
/// threads.
class Simulator : public fhir::http::Transport {
public:
    explicit Simulator(const Options& options);
    ~Simulator() override;
    /// Answers any request below the base and to the authorization server beside it; GET
    /// /simulator/writes, which is no part of FHIR, with the record of writes; everything else with
    /// 404. The record and what people see (the chart, the way to a code) meet no fault.
    Answer answer(const fhir::http::Request& request);
    /// The same as a Transport gives it: throws Error{Unavailable} where the answer does not
    /// arrive whole or not by the deadline, as the network does.
    fhir::http::Response send(const fhir::http::Request& request, fhir::Deadline) override;
    WardSummary ward() const;
    /// The app that the chart page opens, at /chart beside the base.
    void registerApp(App app);
    /// What was accepted so far, the made-up ward left out.
    std::vector<Write> writes() const;
    /// How many access tokens were given out.
    std::size_t tokensIssued() const;
    /// What goes wrong from the next request on, in the stead of Options::faults; {} mends it.
    void fail(std::vector<Fault> faults);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace adapters::simulator
