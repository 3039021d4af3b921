#pragma once

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "adapters/profile.h"

namespace adapters {

/// The ids in their order, each once.
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

/// The same of references to resources of one type, as the vendor wants them written.
inline std::string joinedReferences(const Profile& profile, const std::string& type,
                                    const std::vector<std::string>& ids) {
    std::vector<std::string> references;
    for (const auto& id : ids) references.push_back(profile.typedReferences ? type + "/" + id : id);
    return joined(references);
}

}  // namespace adapters
