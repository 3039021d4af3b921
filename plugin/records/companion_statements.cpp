#include "plugin/records/companion_statements.h"

#include "adapters/companion_references.h"
#include "fhir/base/log.h"

namespace plugin::records {
namespace {

std::string nameOf(const adapters::Adapter& companion) {
    return adapters::serverName(companion.client().options().base.text());
}

}  // namespace

CompanionStatements findCompanionStatements(const adapters::Adapter& companion,
                                            const adapters::Adapter& ehr,
                                            const std::vector<std::string>& patients,
                                            fhir::Deadline deadline) {
    try {
        auto found =
            adapters::findAtCompanion(companion.client().withDeadline(deadline),
                                      companion.profile(), ehr.client().options().base, patients);
        if (found.problems.empty()) return {std::move(found.observations)};
        fhir::log::warning("some of what is kept could not be read",
                           {{"server", nameOf(companion)},
                            {"problems", std::to_string(found.problems.size())},
                            {"first", found.problems.front().text}});
        return {std::move(found.observations), CompanionReading::Partial};
    } catch (const fhir::Error& error) {
        fhir::log::warning("what is kept could not be read",
                           {{"server", nameOf(companion)},
                            {"kind", fhir::toString(error.kind())},
                            {"why", error.what()}});
        return {{}, CompanionReading::None};
    }
}

std::string companionNotice(CompanionReading reading, const adapters::Adapter& companion) {
    switch (reading) {
        case CompanionReading::Whole:
            return "";
        case CompanionReading::Partial:
            return "Some entries on the companion server " + nameOf(companion) +
                   " could not be read: words may be missing here.";
        case CompanionReading::None:
            return "The companion server " + nameOf(companion) +
                   " cannot be read at the moment: words that are kept there may be missing here.";
    }
    return "";
}

}  // namespace plugin::records
