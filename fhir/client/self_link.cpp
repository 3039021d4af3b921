#include "fhir/client/self_link.h"

#include <algorithm>
#include <array>
#include <optional>

#include "fhir/base/error.h"

namespace fhir {
namespace {

/// "subject:Patient" and "patient.identifier" ask for the same as "patient".
std::string_view plainName(std::string_view name) noexcept {
    name = name.substr(0, name.find_first_of(":."));
    return name == "subject" ? "patient" : name;
}

bool isFilter(std::string_view name) noexcept {
    static constexpr std::array<std::string_view, 12> kFilters = {
        "_id",   "_lastUpdated", "_tag",  "_profile", "_security", "_source",
        "_text", "_content",     "_list", "_has",     "_filter",   "_type"};
    if (!name.starts_with('_')) return true;
    const auto plain = plainName(name);
    return std::find(kFilters.begin(), kFilters.end(), plain) != kFilters.end();
}

/// The search that a self link names.
struct Named {
    Query query;
    bool inPatient = false;  ///< in the compartment of a patient: "Patient/1/Observation"
};

/// nullopt where the link does not name a search for this type.
std::optional<Named> namedBy(std::string_view self, const Url& from, std::string_view type) {
    try {
        const auto url = from.resolve(self);
        std::string_view path = url.path;
        while (path.ends_with('/')) path.remove_suffix(1);
        if (path.ends_with("/_search")) path.remove_suffix(8);
        if (!path.ends_with(type) || !path.substr(0, path.size() - type.size()).ends_with('/'))
            return std::nullopt;
        path.remove_suffix(type.size() + 1);
        path = path.substr(0, path.rfind('/'));
        return Named{Query::parse(url.query), path.ends_with("/Patient")};
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::InvalidInput) throw;
        return std::nullopt;
    }
}

}  // namespace

std::vector<std::string> filtersOf(const Query& asked) {
    std::vector<std::string> filters;
    for (const auto& [name, value] : asked)
        if (isFilter(name) && std::find(filters.begin(), filters.end(), name) == filters.end())
            filters.push_back(name);
    return filters;
}

std::vector<std::string> droppedFilters(std::string_view type, const Query& asked,
                                        std::string_view self, const Url& from) {
    std::vector<std::string> dropped;
    const auto named = self.empty() ? std::nullopt : namedBy(self, from, type);
    if (!named) return dropped;
    for (const auto& name : filtersOf(asked)) {
        const auto isUsed = [plain = plainName(name)](const auto& field) {
            return plainName(field.first) == plain;
        };
        if (std::any_of(named->query.begin(), named->query.end(), isUsed)) continue;
        if (named->inPatient && plainName(name) == "patient") continue;
        dropped.push_back(name);
    }
    return dropped;
}

bool isPatientFilter(std::string_view type, std::string_view name) noexcept {
    const auto plain = plainName(name);
    return plain == "patient" || (type == "Patient" && (plain == "_id" || plain == "identifier"));
}

}  // namespace fhir
