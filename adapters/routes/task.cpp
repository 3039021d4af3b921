#include "adapters/routes/task.h"

#include "adapters/routes/create_once.h"
#include "adapters/routes/statement_text.h"
#include "fhir/r4/task.h"

namespace adapters {
namespace {

using fhir::Task;

Task taskOf(const fhir::Observation& statement, const Profile::Task& rules) {
    Task task;
    task.meta = statement.meta;
    task.language = statement.language;
    task.identifier = statement.identifier;
    task.status = "requested";
    task.intent = "proposal";
    task.code = statement.code;
    task.description = statement.valueString;
    task.taskFor = statement.subject;
    task.encounter = statement.encounter;
    task.authoredOn = statement.effectiveDateTime;
    task.owner = fhir::Reference{rules.statementOwner, {}, {}};
    // A task has no element for who said it: whoever reads it must not take it for the patient's
    // own word where it is not.
    task.note = {{saidBy(statement)}};
    return task;
}

Task taskOf(const fhir::Flag& flag, const Profile::Task& rules) {
    Task task;
    task.identifier = flag.identifier;
    task.status = "requested";
    task.intent = "proposal";
    task.code = flag.code;
    task.description = flagAsText(flag);
    if (flag.period) task.authoredOn = flag.period->start;
    task.owner = fhir::Reference{rules.flagOwner, {}, {}};
    return task;
}

}  // namespace

std::optional<std::string> TaskRoute::whyNot(const RouteContext& context,
                                             const Authored& authored) const {
    const auto& rules = context.profile.task;
    if (const auto* flag = std::get_if<fhir::Flag>(&authored)) {
        if (rules.flagOwner.empty())
            return "The site has named nobody whose task a flag is (overrides.task.flagOwner).";
        if (flag->status != "active") return "Only a flag that is raised becomes a task.";
    } else {
        if (auto why = whyNoWords(context, authored)) return why;
        if (rules.statementOwner.empty())
            return "The site has named nobody whose task a statement is (overrides.task."
                   "statementOwner).";
    }
    return whyNoCreate(context, Task::resourceType);
}

Written TaskRoute::write(const RouteContext& context, const Authored& authored) const {
    const auto& rules = context.profile.task;
    if (const auto* flag = std::get_if<fhir::Flag>(&authored)) {
        requireTeamSubject(*flag);
        return createOnce(context, taskOf(*flag, rules));
    }
    return createOnce(context, taskOf(std::get<fhir::Observation>(authored), rules));
}

}  // namespace adapters
