#include <algorithm>

#include "adapters/simulator/behaviour.h"

namespace adapters::simulator {
namespace {

bool contains(const NameList& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

const Definition& known(std::string_view type) {
    const auto table = definitions();
    return *std::find_if(table.begin(), table.end(),
                         [&](const Definition& one) { return one.type == type; });
}

/// NameList that begin with a dash are a vendor's own (R4 has none such).
bool isR4(const Parameter& parameter) {
    return !parameter.name.starts_with('-');
}

}  // namespace

bool TypeRules::can(std::string_view interaction) const {
    return contains(interactions, interaction);
}

Catalogue::Catalogue(const Behaviour& behaviour) {
    if (behaviour.types.empty()) {
        for (auto definition : simulator::definitions()) {
            std::erase_if(definition.parameters, [](const Parameter& one) { return !isR4(one); });
            definitions_.push_back(std::move(definition));
        }
        return;
    }
    for (const auto& rules : behaviour.types) {
        auto definition = known(rules.type);
        definition.rules = &rules;
        definition.create = rules.can("create");
        definition.update = rules.can("update");
        definition.remove = rules.can("delete");
        std::erase_if(definition.parameters, [&](const Parameter& one) {
            return one.name != "_id" && !contains(rules.parameters, one.name) &&
                   !contains(rules.dropped, one.name);  // for _include
        });
        definitions_.push_back(std::move(definition));
    }
}

const Definition* Catalogue::find(std::string_view type) const noexcept {
    const auto found = std::find_if(definitions_.begin(), definitions_.end(),
                                    [&](const Definition& one) { return one.type == type; });
    return found == definitions_.end() ? nullptr : &*found;
}

}  // namespace adapters::simulator
