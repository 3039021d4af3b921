#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace adapters::simulator {

/// How a search parameter compares (R4, search, section 3.1.1.4).
enum class Kind { Token, Reference, Date, String };

/// The name of the search parameter for identifiers.
inline constexpr std::string_view kIdentifier = "identifier";

struct Parameter {
    std::string_view name;
    Kind kind;
    std::string_view path;         ///< elements below the resource, "location.location"
    std::string_view target = {};  ///< of a reference: the only type that it finds; "": any
};

/// The types that a reference element of a created resource may name.
struct Targets {
    std::string_view element;
    std::vector<std::string_view> types;
};

struct TypeRules;

/// What a server does with one resource type. CapabilityStatement, search, _include and validation
/// all read this one table, so that /metadata is always true.
struct Definition {
    std::string_view type;
    std::vector<Parameter> parameters;  ///< `_id` and `_lastUpdated` among them
    bool create = false;
    bool update = false;
    bool remove = false;
    // For types that can be created:
    std::vector<std::string_view> elements = {};  ///< the allowed top-level elements
    std::vector<std::string_view> required = {};
    std::vector<std::string_view> statuses = {};  ///< none: the type has no status
    std::vector<Targets> targets = {};
    /// The vendor's rules for the type; nullptr in the plain server.
    const TypeRules* rules = nullptr;

    const Parameter* find(std::string_view name) const noexcept;
};

/// Every type that the simulator knows, as in R4.
std::span<const Definition> definitions();
/// Those of them that can be written.
std::vector<Definition> writableDefinitions();
/// `own` and the parameters that every type has.
std::vector<Parameter> withCommonParameters(std::vector<Parameter> own);

}  // namespace adapters::simulator
