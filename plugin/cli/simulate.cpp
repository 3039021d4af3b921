#include "adapters/simulator/simulator.h"

#include "fhir/base/json.h"
#include "plugin/cli/arguments.h"
#include "plugin/cli/simulated_ehr.h"
#include "plugin/cli/termination.h"
#include "plugin/cli/verbs.h"

namespace plugin::cli {

namespace {

/// What a site's configuration needs to know of it, as one line of JSON.
std::string described(const SimulatedEhr& ehr) {
    const auto ward = ehr.ward();
    fhir::json::Writer writer;
    writer.beginObject().member("ehr", ehr.base()).member("location", ward.location);
    writer.member("list", ward.list).member("group", ward.group);
    writer.member("practitioner", ward.practitioner).member("team", ward.teamSubject);
    writer.member("row", ward.row);
    if (!ward.alwaysName.empty()) {
        writer.key("queryParameters").beginObject();
        writer.member(ward.alwaysName, ward.alwaysValue).endObject();
    }
    writer.key("patients").beginArray();
    for (const auto& patient : ward.patients) writer.string(patient);
    return writer.endArray().endObject().take();
}

}  // namespace

int simulate(const Words& words) {
    const auto arguments = Arguments::parse({"simulate",
                                             {{.name = "vendor"},
                                              {.name = "port", .required = true},
                                              {.name = "patients"},
                                              {.name = "seed"},
                                              {.name = "app"},
                                              {.name = "authorization"},
                                              {.name = "hurry", .takes = Option::Takes::Nothing},
                                              {.name = "fault", .takes = Option::Takes::Values}},
                                             {}},
                                            words);
    const Termination termination;
    SimulatedEhr ehr(simulatedEhrOptions(arguments, "port", 0));
    const auto app = arguments.get("app", "");
    if (!app.empty()) ehr.opens(fhir::Url::parse(app));
    printLine(described(ehr));
    tell("A made-up EHR answers at " + ehr.base() + ". Stop it with Ctrl+C.");
    if (!app.empty())
        tell("Its chart, which opens the app: " + fhir::Url::parse(ehr.base()).origin() + "/chart");
    termination.wait();
    return 0;
}

}  // namespace plugin::cli
