#pragma once

#include <optional>
#include <string>
#include <vector>

#include "adapters/simulator/behaviour.h"
#include "adapters/simulator/store.h"
#include "fhir/base/url.h"

namespace adapters::simulator {

/// One of the values that a condition allows (R4, search: "a,b").
struct Alternative {
    std::optional<std::string> system;  ///< of a token; nullopt: any, "": none
    std::string text;                   ///< "" for a token "system|": any code
    std::string prefix = "eq";          ///< of a date
    fhir::Instant earliest{}, latest{};
};

/// What one parameter asks for; all conditions of a search must hold.
struct Condition {
    const Parameter* parameter;
    std::vector<Alternative> any;
};

/// Begins the text that refuses a search without required parameters.
inline constexpr std::string_view kNeedsMore = "required parameter combinations ";

/// A search as this server understood it.
struct Search {
    const Definition* definition = nullptr;
    std::vector<Condition> conditions;
    std::vector<const Parameter*> includes;
    int count = 0;  ///< matches per page; 0: only the total
    bool countAsked = false;
    fhir::Query understood;  ///< for the self link: the parameters used

    /// Throws Error{InvalidInput} for an unknown parameter (unless `lenient`: Prefer:
    /// handling=lenient), for unreadable values, and for combinations that the vendor's rules for
    /// the type forbid.
    static Search parse(const Definition& definition, const fhir::Query& query, bool lenient,
                        const std::string& base, const Behaviour& behaviour);
    bool matches(const Stored& stored) const;
    std::vector<StoredPointer> run(const Store& store) const;
};

}  // namespace adapters::simulator
