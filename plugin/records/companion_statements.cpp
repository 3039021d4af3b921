#include "plugin/records/companion_statements.h"

#include "adapters/companion_references.h"
#include "fhir/base/log.h"

namespace plugin::records {

adapters::FoundStatements findCompanionStatements(const adapters::Adapter& companion,
                                                  const adapters::Adapter& ehr,
                                                  const std::vector<std::string>& patients,
                                                  fhir::Deadline deadline) {
    const auto name = adapters::serverName(companion.client().options().base.text());
    try {
        auto found =
            adapters::findAtCompanion(companion.client().withDeadline(deadline),
                                      companion.profile(), ehr.client().options().base, patients);
        if (found.problems.empty()) return found;
        fhir::log::warning("some of what is kept could not be read",
                           {{"server", name},
                            {"problems", std::to_string(found.problems.size())},
                            {"first", found.problems.front().text}});
        found.problems = {{"", "Some entries on the companion server " + name +
                                   " could not be read: words may be missing here."}};
        return found;
    } catch (const fhir::Error& error) {
        fhir::log::warning(
            "what is kept could not be read",
            {{"server", name}, {"kind", fhir::toString(error.kind())}, {"why", error.what()}});
        return {{},
                {{"", "The companion server " + name +
                          " cannot be read at the moment: words that are kept there may be "
                          "missing here."}}};
    }
}

}  // namespace plugin::records
