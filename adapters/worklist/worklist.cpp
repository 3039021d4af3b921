#include "adapters/worklist/worklist.h"

#include <algorithm>
#include <map>

#include "adapters/worklist/appointments.h"
#include "adapters/worklist/encounter_search.h"
#include "adapters/worklist/group.h"
#include "adapters/worklist/group_export.h"
#include "adapters/worklist/natural_order.h"
#include "adapters/worklist/patient_list.h"
#include "adapters/worklist/stays_of.h"

namespace adapters {
namespace {

using Source = Worklist (*)(const WorklistContext&);

/// Nobody is listed: the EHR says at each launch whose chart is open.
Worklist launchOnly(const WorklistContext&) {
    return {};
}

/// To add a way to list a unit: its files in CMakeLists.txt and its line here.
const std::map<std::string_view, Source>& sources() {
    static const std::map<std::string_view, Source> table{
        {"appointments", listAppointments},
        {"encounter-search", searchEncounters},
        {"group", listGroup},
        {"group-export", exportGroup},
        {"launch-only", launchOnly},
        {"patient-list", listPatientList},
        {"patients", listPatients},
    };
    return table;
}

}  // namespace

std::vector<std::string> worklistSources() {
    std::vector<std::string> names;
    for (const auto& [name, source] : sources()) names.emplace_back(name);
    return names;
}

Worklist listUnit(const WorklistContext& context) {
    const auto source = sources().find(context.query.source);
    if (source != sources().end()) return source->second(context);
    std::string known;
    for (const auto& name : worklistSources()) known += (known.empty() ? "" : ", ") + name;
    throw fhir::Error(
        fhir::ErrorKind::InvalidInput,
        "unknown worklist source \"" + context.query.source + "\"; there are " + known,
        "/worklist/source");
}

Stay stayAt(fhir::Encounter encounter, fhir::Patient patient,
            const fhir::Encounter::Location* place) {
    Stay stay{std::move(encounter), std::move(patient)};
    if (place == nullptr) return stay;
    stay.location = place->location.display.value_or("");
    if (place->period) stay.arrived = place->period->start;
    return stay;
}

void sortStays(std::vector<Stay>& stays, fhir::Instant now) {
    std::sort(stays.begin(), stays.end(), [now](const Stay& left, const Stay& right) {
        if (left.location.empty() != right.location.empty()) return right.location.empty();
        if (naturalLess(left.location, right.location)) return true;
        if (naturalLess(right.location, left.location)) return false;
        const auto leftName = fhir::displayName(left.patient.name, now);
        const auto rightName = fhir::displayName(right.patient.name, now);
        if (leftName != rightName) return leftName < rightName;
        return left.encounter.id < right.encounter.id;
    });
}

}  // namespace adapters
