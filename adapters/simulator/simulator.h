#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "fhir/base/clock.h"
#include "fhir/http/transport.h"

namespace adapters::simulator {

struct Options {
    fhir::Url base;          ///< where it is reached, "http://127.0.0.1:8081/fhir"
    int patients = 24;       ///< 1 to 5000
    std::uint64_t seed = 1;  ///< the same seed gives the same ward on the same day
    fhir::Clock clock;
};

/// What the demo shows of the made-up hospital.
struct WardSummary {
    std::string unitId, unitName, location;  ///< location: "Location/ward-7"
    std::string teamId, teamName, teamSubject;
};

/// An EHR with a made-up ward, in memory: a plain R4 server. As a Transport it can stand in for
/// the network; behind a server it is the EHR of the demo. May be used from several threads.
class Simulator : public fhir::http::Transport {
public:
    explicit Simulator(Options options);
    ~Simulator() override;
    /// Answers any request below the base; everything else with 404.
    fhir::http::Response send(const fhir::http::Request& request, fhir::Deadline) override;
    WardSummary ward() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace adapters::simulator
