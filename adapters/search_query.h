#pragma once

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "adapters/profile/profile.h"
#include "fhir/base/url.h"

namespace adapters {

/// The ids in their order, without duplicates.
inline std::vector<std::string> distinct(const std::vector<std::string>& ids) {
    std::set<std::string> seen;
    std::vector<std::string> result;
    for (const auto& id : ids)
        if (seen.insert(id).second) result.push_back(id);
    return result;
}

/// The ids in lists of at most `size`: one search each.
inline std::vector<std::vector<std::string>> batches(const std::vector<std::string>& ids,
                                                     int size) {
    std::vector<std::vector<std::string>> result;
    const auto step = static_cast<std::ptrdiff_t>(std::max(size, 1));
    for (auto from = ids.begin(); from != ids.end();) {
        const auto to = ids.end() - from > step ? from + step : ids.end();
        result.emplace_back(from, to);
        from = to;
    }
    return result;
}

/// "a,b,c": a list of alternatives in a search (R4, search, section 3.1.1.4.17). Ids need no
/// escapes.
inline std::string joined(const std::vector<std::string>& ids) {
    std::string result;
    for (const auto& id : ids) result += (result.empty() ? "" : ",") + id;
    return result;
}

/// The same for references to resources of one type, in the vendor's form.
inline std::string joinedReferences(const Profile& profile, const std::string& type,
                                    const std::vector<std::string>& ids) {
    std::vector<std::string> references;
    for (const auto& id : ids) references.push_back(profile.typedReferences ? type + "/" + id : id);
    return joined(references);
}

/// Adds the page size in the vendor's parameter; nothing if the vendor has none.
inline fhir::Query& addPageSize(fhir::Query& query, const Profile& profile) {
    if (!profile.pageSizeParameter.empty())
        query.add(profile.pageSizeParameter, std::to_string(profile.pageCount()));
    return query;
}

/// Adds `_include` for what the server can include with encounters.
inline void addIncludes(fhir::Query& query, const Profile& profile) {
    for (const auto& name : profile.includes) query.add("_include", "Encounter:" + name);
}

/// Asks for encounters of patients who are here now, by those statuses that the server's search
/// accepts. The results are always checked again.
inline fhir::Query& addStatuses(fhir::Query& query, const Profile& profile) {
    std::vector<std::string> statuses;
    for (const auto& status : profile.currentStatuses)
        if (std::find(profile.searchableStatuses.begin(), profile.searchableStatuses.end(),
                      status) != profile.searchableStatuses.end())
            statuses.push_back(status);
    if (!statuses.empty()) query.add("status", joined(statuses));
    return query;
}

}  // namespace adapters
