#include "adapters/worklist/group_export.h"

#include <map>

#include "adapters/encounter_class.h"
#include "adapters/worklist/patients.h"
#include "adapters/worklist/stays_of.h"
#include "fhir/client/bulk_export.h"

namespace adapters {

Worklist exportGroup(const WorklistContext& context) {
    fhir::BulkExportRequest request;
    request.group = requireReference(context.query.group, "Group", "group", "group-export");
    request.types = {"Patient", "Encounter"};
    const auto now = context.clock.now();
    const auto& server = context.client.server();

    Worklist worklist;
    Patients patients;
    std::map<std::string, std::vector<fhir::Encounter>> found;  // by Patient id
    std::size_t resources = 0;
    const auto take = [&](const fhir::json::Value& resource, fhir::json::Wanted& wanted) {
        if (context.progress) context.progress(++resources, 0);
        const auto type = resource.findString("resourceType");
        if (type == fhir::Patient::resourceType) patients.take(resource, wanted);
        if (type != fhir::Encounter::resourceType) return;
        auto encounter = fhir::Encounter::fromJson(resource, wanted);
        if (encounter.id.empty()) resource.refuse("has no id");
        if (!isCurrent(encounter, context.profile, now)) return;
        const auto patient = server.findId(encounter.subject, "Patient");
        if (!patient) {
            worklist.problems.push_back({.path = "",
                                         .text = "Encounter/" + encounter.id +
                                                 " is left out: it names no patient of this server",
                                         .resource = "Encounter/" + encounter.id});
            return;
        }
        mapClass(encounter, context.profile);
        found[*patient].push_back(std::move(encounter));
    };
    const fhir::BulkExport exporting(context.client, fhir::BulkExport::sleeping(), context.clock);
    const auto exported = exporting.run(request, take);
    worklist.problems.insert(worklist.problems.end(), exported.issues.begin(),
                             exported.issues.end());
    for (auto& [id, encounters] : found) {
        const auto levels = levelsOf(std::move(encounters), server);
        const auto resource = "Encounter/" + levels.front().id;
        if (const auto* patient = patients.find(id))
            worklist.stays.push_back(stayAt(levels.front(), *patient, placeIn(levels, now)));
        else
            worklist.problems.push_back(
                {"", resource + " is left out: " + patients.why(id), resource, id});
    }
    sortStays(worklist.stays, now);
    return worklist;
}

}  // namespace adapters
