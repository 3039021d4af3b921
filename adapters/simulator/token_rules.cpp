#include "adapters/simulator/token_rules.h"

#include <algorithm>
#include <sstream>

namespace adapters::simulator {
namespace {

constexpr std::string_view kActions = "cruds";

/// A scope in its parts: "system/Observation.rs?category=x".
struct Scope {
    std::string context, type, actions, filter;
    bool isV1 = false;
};

/// nullopt for scopes about no resource: openid, launch, offline_access.
bool read(const std::string& text, Scope& scope) {
    const auto slash = text.find('/');
    const auto dot = text.find('.', slash == std::string::npos ? 0 : slash);
    if (slash == std::string::npos || dot == std::string::npos) return false;
    scope.context = text.substr(0, slash);
    scope.type = text.substr(slash + 1, dot - slash - 1);
    const auto mark = std::min(text.find('?', dot), text.size());
    const auto permission = text.substr(dot + 1, mark - dot - 1);
    scope.filter = text.substr(mark);
    scope.isV1 = true;
    if (permission == "read")
        scope.actions = "rs";
    else if (permission == "write")
        scope.actions = "cud";
    else if (permission == "*")
        scope.actions = "cruds";
    else {
        scope.isV1 = false;
        scope.actions = permission;
    }
    return true;
}

std::string common(std::string_view asked, std::string_view allowed) {
    std::string both;
    for (const char action : kActions)
        if (asked.find(action) != asked.npos && allowed.find(action) != allowed.npos)
            both += action;
    return both;
}

void write(std::string& out, const TokenRules& rules, const Scope& scope, std::string_view type,
           const std::string& actions) {
    const auto add = [&](std::string_view permission) {
        if (permission.empty()) return;
        out += (out.empty() ? "" : " ") + scope.context + "/" + std::string(type) + "." +
               std::string(permission) + scope.filter;
    };
    if (rules.form == TokenRules::Form::V1) {
        if (!common(actions, "rs").empty()) add("read");
        if (!common(actions, "cud").empty()) add("write");
    } else if (rules.oneActionPerScope) {
        for (const char& action : actions) add({&action, 1});
    } else {
        add(actions);
    }
}

}  // namespace

std::string grantedScopes(const TokenRules& rules, const std::vector<Grantable>& grantable,
                          std::string_view asked) {
    std::string granted;
    const Scope everything{"system", "*", "cruds", "", false};
    const auto grant = [&](const Scope& scope) {
        for (const auto& one : grantable)
            if (scope.type == "*" || scope.type == one.type)
                write(granted, rules, scope, one.type, common(scope.actions, one.actions));
    };
    if (asked.empty()) {
        grant(everything);
        return granted;
    }
    std::istringstream words{std::string(asked)};
    for (std::string word; words >> word;) {
        Scope scope;
        if (!read(word, scope)) {
            granted += (granted.empty() ? "" : " ") + word;
        } else if ((!scope.isV1 || rules.takesV1) && (scope.type != "*" || rules.wildcards)) {
            grant(scope);
        }
    }
    return granted;
}

}  // namespace adapters::simulator
