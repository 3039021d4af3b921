#include "adapters/readable.h"

#include <algorithm>
#include <mutex>

#include "adapters/fan_out.h"
#include "adapters/search_query.h"

namespace adapters {

Readable findReadable(const fhir::Client& client, const Profile& profile,
                      const std::vector<std::string>& patientIds) {
    Readable result;
    std::mutex mutex;
    const auto ids = distinct(patientIds);
    const auto lists = batches(ids, profile.patientsPerSearch);
    const auto take = [&](const std::string& id) {
        const std::scoped_lock lock(mutex);
        result.yes.insert(id);
    };
    // One alone is read at once; and some servers have no search by _id.
    if (profile.patientsPerSearch > 1)
        fanOut(lists.size(), profile.concurrentRequests, [&](std::size_t i) {
            fhir::Query query{{"_id", joined(lists[i])}};
            addPageSize(query, profile);
            client.search("Patient", query, [&](const fhir::BundleEntry& entry) {
                const auto& asked = lists[i];
                if (entry.resourceType == "Patient" &&
                    std::find(asked.begin(), asked.end(), entry.id) != asked.end())
                    take(entry.id);
            });
        });
    std::vector<std::string> left;
    for (const auto& id : ids)
        if (!result.yes.contains(id)) left.push_back(id);
    for (const auto& [i, error] :
         fanOut(left.size(), profile.concurrentRequests, [&](std::size_t i) {
             const auto document = client.read("Patient", left[i]);
             if (document.root().findString("id") == left[i]) take(left[i]);
         }))
        if (isAway(error)) result.unknown.insert(left[i]);
    return result;
}

}  // namespace adapters
