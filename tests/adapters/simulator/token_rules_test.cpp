#include "adapters/simulator/token_rules.h"

#include <catch2/catch.hpp>

namespace token_rules_test {

using adapters::simulator::grantedScopes;
using adapters::simulator::TokenRules;

namespace {

const std::vector<adapters::simulator::Grantable> kAll{{"Observation", "crus"}, {"Patient", "rs"}};

}  // namespace

TEST_CASE("token rules: scopes are granted as far as they can be, in the vendor's form",
          "[simulator]") {
    TokenRules plain;
    TokenRules single;
    single.oneActionPerScope = true;
    TokenRules old;
    old.form = TokenRules::Form::V1;
    TokenRules strict;
    strict.takesV1 = false;
    strict.wildcards = false;
    const auto [rules, asked, granted] = GENERATE_COPY(table<TokenRules, std::string, std::string>({
        {plain, "system/Observation.crud system/Flag.rs", "system/Observation.cru"},
        {plain, "system/Observation.read", "system/Observation.rs"},
        {plain, "system/*.rs", "system/Observation.rs system/Patient.rs"},
        {plain, "", "system/Observation.crus system/Patient.rs"},
        {plain, "openid launch user/Patient.r", "openid launch user/Patient.r"},
        {plain, "system/Observation.rs?category=survey", "system/Observation.rs?category=survey"},
        {single, "system/Observation.crs",
         "system/Observation.c system/Observation.r system/Observation.s"},
        {old, "system/Observation.cruds", "system/Observation.read system/Observation.write"},
        {old, "system/Patient.*", "system/Patient.read"},
        {strict, "system/Observation.read system/Patient.rs", "system/Patient.rs"},
        {strict, "system/*.rs", ""},
    }));
    CAPTURE(asked);

    CHECK(grantedScopes(rules, kAll, asked) == granted);
}

}  // namespace token_rules_test
