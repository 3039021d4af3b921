#include <algorithm>

#include "adapters/simulator/behaviour.h"
#include "adapters/simulator/vendors/vendors.h"

namespace adapters::simulator {
namespace {

const std::vector<Behaviour>& all() {
    static const std::vector<Behaviour> kAll{
        vendors::athenahealth(),
        vendors::azure(),
        vendors::eclinicalworks(),
        vendors::epic(),
        {.vendor = "generic", .bulk = {.levels = {"Group", "Patient", "system"}}},
        vendors::google(),
        vendors::healthlake(),
        vendors::intersystems(),
        vendors::meditech(),
        vendors::meditechStu6(),
        vendors::medplum(),
        vendors::nextgen(),
        vendors::nhs(),
        vendors::openemr(),
        vendors::openmrs(),
        vendors::oracleHealth(),
    };
    return kAll;
}

}  // namespace

const Behaviour& behaviour(std::string_view vendor) {
    const auto found = std::find_if(all().begin(), all().end(),
                                    [&](const Behaviour& one) { return one.vendor == vendor; });
    if (found != all().end()) return *found;
    std::string known;
    for (const auto name : behaviours()) known += (known.empty() ? "" : ", ") + std::string(name);
    throw fhir::Error(
        fhir::ErrorKind::InvalidInput,
        "the simulator has no vendor \"" + std::string(vendor) + "\"; it has: " + known);
}

std::vector<std::string_view> behaviours() {
    std::vector<std::string_view> names;
    for (const auto& one : all()) names.push_back(one.vendor);
    return names;
}

}  // namespace adapters::simulator
