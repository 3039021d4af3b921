#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace adapters::simulator {

/// What a vendor's authorization server asks for and gives. Data alone, for whoever issues tokens.
struct TokenRules {
    enum class Form { V1, V2 };
    std::vector<std::string_view> methods = {"client_secret_basic", "client_secret_post",
                                             "private_key_jwt"};
    std::vector<std::string_view> algorithms = {"RS384", "ES384"};
    std::vector<std::string_view> capabilities = {"permission-v1", "permission-v2",
                                                  "client-confidential-asymmetric"};
    Form form = Form::V2;            ///< in which granted scopes are written
    bool takesV1 = true;             ///< v1 scopes asked for are granted; else passed over
    bool oneActionPerScope = false;  ///< "Observation.r Observation.s", not "Observation.rs"
    bool wildcards = true;           ///< "system/*.rs" means something
    bool scopeRequired = false;      ///< a token request without `scope` is refused
    bool kidRequired = true;
    std::chrono::seconds lifetime{300};  ///< of an access token
};

/// The scopes that are granted of those asked for (space-separated), in the vendor's form.
/// `grantable`: types and what may be done with each, "Observation" and "crus"; without `asked`
/// everything of that, as a server does that goes by its registration.
struct Grantable {
    std::string_view type;
    std::string actions;
};
std::string grantedScopes(const TokenRules& rules, const std::vector<Grantable>& grantable,
                          std::string_view asked);

}  // namespace adapters::simulator
