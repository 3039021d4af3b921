#include "adapters/simulator/simulator.h"

#include "plugin/cli/arguments.h"
#include "plugin/cli/simulated_ehr.h"
#include "plugin/cli/termination.h"
#include "plugin/cli/verbs.h"

namespace plugin::cli {

int simulate(const Words& words) {
    const auto arguments = Arguments::parse({"simulate",
                                             {{.name = "vendor"},
                                              {.name = "port", .required = true},
                                              {.name = "patients"},
                                              {.name = "seed"},
                                              {.name = "fault", .takes = Option::Takes::Values}},
                                             {}},
                                            words);
    const Termination termination;
    const SimulatedEhr ehr(simulatedEhrOptions(arguments, "port", 0));
    printLine("{\"ehr\":\"" + ehr.base() + "\"}");
    tell("A made-up EHR answers at " + ehr.base() + ". Stop it with Ctrl+C.");
    termination.wait();
    return 0;
}

}  // namespace plugin::cli
