#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace adapters::simulator {

/// How a search parameter compares (R4, search, section 3.1.1.4).
enum class Kind { Token, Reference, Date, String };

/// The name of the parameter by which every type is found that has it.
inline constexpr std::string_view kIdentifier = "identifier";

struct Parameter {
    std::string_view name;
    Kind kind;
    std::string_view path;         ///< elements from the resource down, "location.location"
    std::string_view target = {};  ///< of a reference: the only type that it finds; "": any
};

/// What may stand in a reference of a resource that is created.
struct Targets {
    std::string_view element;
    std::vector<std::string_view> types;
};

struct TypeRules;

/// What a server does with one resource type. CapabilityStatement, search, _include and
/// validation all read this one table, so that /metadata cannot say what is not true.
struct Definition {
    std::string_view type;
    std::vector<Parameter> parameters;  ///< `_id` and `_lastUpdated` among them
    bool create = false;
    bool update = false;
    bool remove = false;
    // Of types that can be created:
    std::vector<std::string_view> elements = {};  ///< all that may stand at its top level
    std::vector<std::string_view> required = {};
    std::vector<std::string_view> statuses = {};  ///< none: the type has no status
    std::vector<Targets> targets = {};
    /// What a vendor makes of it; nullptr in the plain server.
    const TypeRules* rules = nullptr;

    const Parameter* find(std::string_view name) const noexcept;
};

/// Every type that the simulator knows, as R4 has it.
std::span<const Definition> definitions();
/// Those of them that can be written.
std::vector<Definition> writableDefinitions();
/// `own` and the parameters that every type has.
std::vector<Parameter> withCommonParameters(std::vector<Parameter> own);

}  // namespace adapters::simulator
