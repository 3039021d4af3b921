#include "adapters/worklist/group.h"

#include "adapters/worklist/stays_of.h"
#include "fhir/r4/group.h"

namespace adapters {

Worklist listGroup(const WorklistContext& context) {
    const auto id = requireReference(context.query.group, "Group", "group", "group");
    std::vector<fhir::Issue> problems;
    const auto group = context.client.read<fhir::Group>(id, problems);
    const auto now = context.clock.now();
    std::vector<std::string> patients;
    std::size_t others = 0;
    for (const auto& member : group.member) {
        const bool over = member.period && member.period->end && member.period->end->latest() < now;
        if (member.inactive || over) continue;
        if (const auto patient = context.client.server().findId(member.entity, "Patient"))
            patients.push_back(*patient);
        else
            ++others;
    }
    if (others != 0)
        problems.push_back({"", std::to_string(others) + " members of Group/" + id +
                                    " are no patients of this server"});
    if (group.member.empty())
        throw fhir::Error(fhir::ErrorKind::NotFound,
                          "Group/" + id +
                              " names no members here; some EHRs give them by export alone: try "
                              "the worklist source group-export");
    return staysOf(context, patients, std::move(problems));
}

}  // namespace adapters
