#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace adapters::simulator {

/// What a vendor's authorization server requires and issues. Data only.
struct TokenRules {
    enum class Form { V1, V2 };
    std::vector<std::string_view> methods = {"client_secret_basic", "client_secret_post",
                                             "private_key_jwt"};
    std::vector<std::string_view> algorithms = {"RS384", "ES384"};
    std::vector<std::string_view> capabilities = {"permission-v1", "permission-v2",
                                                  "client-confidential-asymmetric"};
    Form form = Form::V2;            ///< of the granted scopes
    bool takesV1 = true;             ///< v1 scopes asked for are granted; else ignored
    bool oneActionPerScope = false;  ///< "Observation.r Observation.s", not "Observation.rs"
    bool wildcards = true;           ///< "system/*.rs" is supported
    bool scopeRequired = false;      ///< a token request without `scope` is refused
    bool kidRequired = true;
    std::chrono::seconds lifetime{300};  ///< of an access token
};

/// A resource type, and what a client may do with it: "Observation" and "crus".
struct Grantable {
    std::string_view type;
    std::string actions;
};
/// The granted part of the scopes in `asked` (separated by spaces), in the vendor's form. If
/// `asked` is empty, everything in `grantable`, as on a server that grants what is registered.
std::string grantedScopes(const TokenRules& rules, const std::vector<Grantable>& grantable,
                          std::string_view asked);

}  // namespace adapters::simulator
