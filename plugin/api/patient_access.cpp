#include "plugin/api/patient_access.h"

#include "adapters/adapter.h"
#include "adapters/fan_out.h"
#include "adapters/readable.h"

namespace plugin::api {
namespace {

adapters::Readable readable(const adapters::Adapter& ehr, const std::vector<std::string>& ids) {
    if (ids.empty()) return {};
    try {
        return adapters::findReadable(ehr.client(), ehr.profile(), ids);
    } catch (const fhir::Error& error) {
        if (!adapters::isAway(error)) throw;
        return {{}, {ids.begin(), ids.end()}};
    }
}

}  // namespace

PatientAccess::Seen PatientAccess::ask(const adapters::Adapter& usersEhr,
                                       const std::string& session,
                                       const std::vector<std::string>& patients) {
    const auto now = clock_.steady();
    std::vector<std::string> open;
    {
        const std::scoped_lock lock(mutex_);
        std::erase_if(said_, [&](const auto& one) { return one.second.until <= now; });
        for (const auto& id : patients)
            if (!said_.contains({session, id})) open.push_back(id);
    }
    const auto found = readable(usersEhr, open);
    Seen seen;
    const std::scoped_lock lock(mutex_);
    for (const auto& id : open)
        if (!found.unknown.contains(id))
            said_[{session, id}] = {found.yes.contains(id), now + kHolds};
    for (const auto& id : std::set<std::string>(patients.begin(), patients.end()))
        if (found.unknown.contains(id))
            ++seen.undecided;
        else if (const auto said = said_.find({session, id});
                 said != said_.end() && said->second.isYes)
            seen.shown.insert(id);
        else
            ++seen.refused;
    return seen;
}

}  // namespace plugin::api
