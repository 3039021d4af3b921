#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/base/clock.h"
#include "fhir/base/json.h"
#include "fhir/base/url.h"

namespace plugin::fhir_api {

/// How a search parameter finds a resource (R4, search, section 3.1.1.4).
enum class ParameterKind { Token, Reference, Date };

/// A search parameter, and where in the resource its values are: "category", "context.encounter".
struct Parameter {
    std::string_view name;
    ParameterKind kind;
    std::string_view path;
    std::string_view target = "";  ///< the type that a bare id, or a reference, must be of
};

/// A resource type that the companion serves, and what it can be searched by.
struct ServedType {
    std::string_view type;
    std::vector<Parameter> parameters;  ///< beside _id, _lastUpdated and _count, which all have

    const Parameter* find(std::string_view name) const noexcept;
};

/// In the order of their names.
const std::vector<ServedType>& servedTypes();

/// Where a page of a search begins: after the resource of this time and id.
struct PageMark {
    std::int64_t milliseconds = 0;
    std::string id;
};

/// One search, read from its query and checked.
class Search {
public:
    static constexpr int kPageDefault = 50;
    static constexpr int kPageMax = 200;

    /// Throws Error{InvalidInput} for a parameter, a modifier or a value that the type does not
    /// know; `isLenient` leaves out unknown parameters instead (R4, search, "handling").
    static Search parse(const ServedType& served, const fhir::Query& query, bool isLenient);

    const std::string& subject() const noexcept { return subject_; }  ///< "" for anybody
    const std::string& id() const noexcept { return id_; }            ///< "" for any
    int count() const noexcept { return count_; }
    const std::optional<PageMark>& mark() const noexcept { return mark_; }
    /// The parameters that are used, except the start of the page: for the self link.
    const fhir::Query& asked() const noexcept { return asked_; }

    bool matches(const fhir::json::Value& resource) const;
    /// Restricts the search to this subject. Throws Error{Forbidden} if it asks for another.
    void bind(const std::string& subject);

private:
    /// A parameter and its alternatives: a resource must have one of them.
    struct Condition {
        Parameter parameter;
        std::vector<std::string> values;
    };

    std::string subject_, id_;
    int count_ = kPageDefault;
    std::optional<PageMark> mark_;
    std::vector<Condition> conditions_;
    fhir::Query asked_;
};

}  // namespace plugin::fhir_api
