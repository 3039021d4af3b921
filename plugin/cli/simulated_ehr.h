#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "adapters/simulator/simulator.h"
#include "plugin/cli/arguments.h"

namespace plugin::cli {

/// The client id that the simulated EHR gives our app.
inline constexpr const char* kAppClientId = "whatmatters";

struct SimulatedEhrOptions {
    std::uint16_t port = 0;  ///< 0: any free one
    int patients = 24;
    std::uint64_t seed = 1;
    std::vector<adapters::simulator::Fault> faults = {};
    std::string vendor = "generic";
    adapters::simulator::AuthorizationOptions authorization = {};
    bool hurry = false;
};

/// Reads --vendor, --patients, --seed, --fault and the port option named `portOption`.
SimulatedEhrOptions simulatedEhrOptions(const Arguments& arguments, const char* portOption,
                                        long portOtherwise);

/// The simulator behind a server on loopback.
class SimulatedEhr {
public:
    explicit SimulatedEhr(const SimulatedEhrOptions& options);
    ~SimulatedEhr();
    /// "http://127.0.0.1:8081/fhir"
    const std::string& base() const;
    adapters::simulator::WardSummary ward() const;
    /// Registers the service at this address, so that the chart page can open it.
    void opens(const fhir::Url& service);
    const std::string& vendor() const;
    /// How many resources it accepted, by its own record.
    std::size_t writes() const;
    /// How many it deleted again.
    std::size_t removals() const;
    /// How many access tokens it gave out.
    std::size_t tokensIssued() const;
    /// Lets running requests end, then accepts no connection until `comeBack`, which listens at the
    /// same address again and has lost no data.
    void leave();
    void comeBack();
    adapters::simulator::Simulator& simulator();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace plugin::cli
