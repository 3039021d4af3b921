#include "plugin/cli/arguments.h"
#include "plugin/cli/termination.h"
#include "plugin/cli/verbs.h"
#include "plugin/service/service.h"

namespace plugin::cli {

int serve(const Words& words) {
    const auto arguments =
        Arguments::parse({"serve", {{.name = "config", .required = true}}, {}}, words);
    const Termination termination;
    auto settings = loadSettings(arguments.at("config"));
    if (settings.development)
        tell(
            "DEVELOPMENT: plain HTTP, connections without credentials and links that skip the "
            "launch are allowed. Never run this with real patients.");
    for (const auto& connection : settings.connections)
        if (connection.cds.trustsNetwork)
            tell("Connection " + connection.id +
                 " answers CDS Hooks calls without a signed token: whoever reaches this address "
                 "can read what matters to its patients.");
    const service::Service service(std::move(settings), false);
    printLine("{\"address\":\"" + service.address() + "\",\"operations\":\"" +
              service.operationsAddress() + "\"}");
    termination.wait();
    tell("Ending.");
    return 0;
}

}  // namespace plugin::cli
