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
    fhir::Url base;          ///< its address, "http://127.0.0.1:8081/fhir"
    int patients = 24;       ///< 1 to 5000
    std::uint64_t seed = 1;  ///< the same seed gives the same ward on the same day
    fhir::Clock clock;
    std::vector<Fault> faults = {};  ///< chosen by the same seed
    std::string vendor = "generic";  ///< one of `behaviours()`
    AuthorizationOptions authorization = {};
    /// Sends notifications to subscribers; nullptr: none are sent.
    fhir::http::Transport* hooks = nullptr;
    bool hurry = false;  ///< exports take a second, and no rate limit holds
    /// How `send` waits for a delayed answer.
    std::function<void(std::chrono::milliseconds)> wait = [](std::chrono::milliseconds time) {
        std::this_thread::sleep_for(time);
    };
};

/// An answer, and how it arrives.
struct Answer {
    enum class Arrives { Whole, Half, Never };
    fhir::http::Response response;
    Arrives arrives = Arrives::Whole;
    std::chrono::milliseconds delay{0};
};

/// The parts of the made-up hospital that the demo uses.
struct WardSummary {
    std::string unitId, unitName, location;  ///< location: "Location/ward-7"
    std::string teamId, teamName, teamSubject;
    std::string list;   ///< `identifier` of the List with the ward's patients: "system|value"
    std::string group;  ///< the Group with the same patients: "Group/…"
    std::string practitioner;  ///< whose appointments are on the ward: "Practitioner/…"
    std::string alwaysName, alwaysValue;  ///< a query parameter of every request; "": none
    std::string row;                      ///< "system|code" of the site's row for what matters
    std::vector<std::string> patients;    ///< of the ward: "Patient/…"
    std::string questionnaire{};          ///< the form that patients answer; "": none
};

/// An EHR with a made-up ward, in memory, that behaves like the vendor's. As a Transport it
/// replaces the network; behind a server it is the EHR of the demo. May be used from several
/// threads.
class Simulator : public fhir::http::Transport {
public:
    explicit Simulator(const Options& options);
    ~Simulator() override;
    /// Answers requests below the base and to the authorization server beside it;
    /// /simulator/writes, which is no part of FHIR, with the record of writes; everything else with
    /// 404. Faults do not affect the record and the pages for people (the chart, the authorization
    /// pages).
    Answer answer(const fhir::http::Request& request);
    /// The same as a Transport: throws Error{Unavailable}, as the network would, if the answer does
    /// not arrive complete and by the deadline.
    fhir::http::Response send(const fhir::http::Request& request, fhir::Deadline) override;
    WardSummary ward() const;
    /// The app that the chart page opens, at /chart beside the base.
    void registerApp(App app);
    /// The writes accepted so far, without the made-up ward.
    std::vector<Write> writes() const;
    /// How many access tokens were issued.
    std::size_t tokensIssued() const;
    /// Sets the faults from the next request on, instead of Options::faults; {}: none.
    void fail(std::vector<Fault> faults);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace adapters::simulator
