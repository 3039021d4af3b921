#include "adapters/worklist/patient_list.h"

#include <algorithm>

#include "adapters/search_query.h"
#include "adapters/worklist/stays_of.h"
#include "fhir/r4/list.h"

namespace adapters {
namespace {

using fhir::Error;
using fhir::ErrorKind;

std::vector<fhir::List> findLists(const WorklistContext& context,
                                  std::vector<fhir::Issue>& problems) {
    const auto& identifier = context.query.identifier;
    if (identifier.empty())
        throw Error(ErrorKind::InvalidInput,
                    "the worklist source patient-list needs the list's identifier, or List/id",
                    "/worklist/identifier");
    if (const auto reference = fhir::parseReference(identifier);
        reference && reference->type == fhir::List::resourceType)
        return {context.client.read<fhir::List>(reference->id, problems)};
    fhir::Query query;
    if (!context.profile.patientListCode.empty())
        query.add("code", context.profile.patientListCode);
    query.add("identifier", identifier);
    addPageSize(query, context.profile);
    std::vector<fhir::List> lists;
    auto outcome = context.client.search("List", query, [&](const fhir::BundleEntry& entry) {
        if (entry.resourceType == fhir::List::resourceType && entry.mode == "match")
            lists.push_back(entry.read<fhir::List>());
    });
    problems = std::move(outcome.issues);
    return lists;
}

}  // namespace

Worklist listPatientList(const WorklistContext& context) {
    std::vector<fhir::Issue> problems;
    std::vector<std::string> patients;
    bool any = false;
    for (const auto& list : findLists(context, problems)) {
        if (list.status != "current") continue;
        any = true;
        std::size_t others = 0;
        for (const auto& entry : list.entry) {
            if (entry.deleted) continue;
            if (const auto id = context.client.server().findId(entry.item, "Patient"))
                patients.push_back(*id);
            else
                ++others;
        }
        if (others != 0)
            problems.push_back({"", std::to_string(others) + " entries of List/" + list.id +
                                        " name no patient of this server"});
    }
    const auto unread = std::find_if(problems.begin(), problems.end(), [](const auto& one) {
        return one.resource.starts_with(fhir::List::resourceType) && !one.path.empty();
    });
    if (!any && unread != problems.end()) throw Error(ErrorKind::BadReply, unread->text);
    if (!any)
        throw Error(ErrorKind::NotFound,
                    "the EHR has no current patient list of that identifier, or this service may "
                    "not see it");
    return staysOf(context, patients, std::move(problems));
}

}  // namespace adapters
