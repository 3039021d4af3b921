#include "fhir/smart/scopes.h"

#include "tests/support/thrown.h"

namespace scopes_test {

using fhir::smart::missingScopes;
using fhir::smart::Scopes;
using fhir::smart::ScopeSyntax;

namespace {

std::string missing(const std::string& needed, const std::string& granted) {
    return missingScopes(Scopes::parse(needed), Scopes::parse(granted)).text(ScopeSyntax::V2);
}

}  // namespace

TEST_CASE(
    "scopes: read in either version, written in version 2 "
    "(SMART 120, 121, 122, 124, 125, 132, 135, 137, 141, 143, 146, 219, 220)",
    "[smart]") {
    const auto [given, v2] = GENERATE(table<std::string, std::string>({
        {"system/Observation.read", "system/Observation.rs"},
        {"user/*.write", "user/*.cud"},
        {"patient/*.*", "patient/*.cruds"},
        {"system/Flag.crus", "system/Flag.crus"},
        {"patient/Observation.rs?category=survey&code=a|b",
         "patient/Observation.rs?category=survey&code=a|b"},
        {"launch openid", "launch openid"},
        {"  a \t b\n", "a b"},
        {"", ""},
        {"http://smarthealthit.org/fhir/scopes/patient/*.r", "patient/*.r"},
        {"http://openid.net/specs/openid-connect-core-1_0#openid", "openid"},
    }));

    CHECK(Scopes::parse(given).text(ScopeSyntax::V2) == v2);
}

TEST_CASE("scopes: what is not written as the guide says is no resource scope (SMART 135)",
          "[smart]") {
    const auto word = GENERATE(as<std::string>(), "system/Observation.sr", "system/Observation.rr",
                               "system/Observation.", "system/Observation", "System/Observation.r",
                               "system/observation.r", "system/.r", "system/*/x.r",
                               "other/Observation.r", "Observation.r", "system/Observation.rs?",
                               "system/Observation.rs?=x", "system/Observation.rs?x",
                               "system/Obs3rvation.r", "system/Observation.READ", "launch/patient");

    CHECK(Scopes::parse(word).resources.empty());
    CHECK(Scopes::parse(word).others == std::vector{word});
}

TEST_CASE("scopes: version 1 asks for the smallest word that it has", "[smart]") {
    const auto [v2, v1] = GENERATE(table<std::string, std::string>({
        {"system/Patient.r", "system/Patient.read"},
        {"system/Patient.rs", "system/Patient.read"},
        {"system/Observation.crs", "system/Observation.read system/Observation.write"},
        {"system/Flag.c", "system/Flag.write"},
        {"system/Observation.rs?category=survey", "system/Observation.read"},
        {"system/Flag.c system/Flag.u", "system/Flag.write"},
        {"launch openid user/Patient.r", "launch openid user/Patient.read"},
    }));

    CHECK(Scopes::parse(v2).text(ScopeSyntax::V1) == v1);
}

TEST_CASE("scopes: what was not granted is named, and nothing else (SMART 147)", "[smart]") {
    const auto [needed, granted,
                difference] = GENERATE(table<std::string, std::string, std::string>({
        {"system/Patient.rs", "system/Patient.rs", ""},
        {"system/Patient.rs", "system/Patient.read", ""},
        {"system/Patient.rs", "system/*.cruds", ""},
        {"system/Patient.rs", "system/Patient.r system/*.s", ""},
        {"system/Observation.crs", "system/Observation.read", "system/Observation.c"},
        {"system/Observation.crs", "system/Observation.write", "system/Observation.rs"},
        {"system/Patient.rs", "", "system/Patient.rs"},
        {"system/Patient.rs", "user/Patient.rs patient/*.rs", "system/Patient.rs"},
        {"system/*.rs", "system/Patient.rs", "system/*.rs"},
        {"system/Patient.r", "system/Patient.sr", "system/Patient.r"},
        {"patient/Observation.rs", "patient/Observation.rs?category=lab", "patient/Observation.rs"},
        {"patient/Observation.rs?a=b", "patient/Observation.rs", ""},
        {"patient/Observation.rs?a=b", "patient/Observation.rs?a=b", ""},
        {"launch openid fhirUser", "openid launch/patient", "launch fhirUser"},
        {"a b", "b a c", ""},
    }));

    CHECK(missing(needed, granted) == difference);
}

// ONC's finer-grained scopes: medplum#5818, onc-g10-test-kit#539, #568, #623.
TEST_CASE("scopes: a grant that is narrowed to all that is needed covers it", "[smart]") {
    const std::string ours = "http://codes.example/category|care";
    const auto [granted, lacking] = GENERATE_COPY(table<std::string, std::string>({
        {"user/Observation.rs", ""},
        {"user/Observation.rs?category=" + ours, ""},
        {"user/Observation.rs?category=http%3A%2F%2Fcodes.example%2Fcategory%7Ccare", ""},
        {"user/Observation.rs?category=care", ""},
        {"user/Observation.rs?category=survey," + ours, ""},
        {"user/Observation.r?category=" + ours + " user/Observation.s", ""},
        {"user/Observation.r?category=" + ours, "user/Observation.s"},
        {"user/Observation.rs?category=survey", "user/Observation.rs"},
        {"user/Observation.rs?category=http://other.example|care", "user/Observation.rs"},
        {"user/Observation.rs?category=http://codes.example/category|", "user/Observation.rs"},
        {"user/Observation.rs?category=" + ours + "&status=final", "user/Observation.rs"},
        {"user/Observation.rs?category:not=" + ours, "user/Observation.rs"},
        {"user/Observation.rs?code=" + ours, "user/Observation.rs"},
        {"user/Observation.rs?category=%zz", "user/Observation.rs"},
        {"patient/Observation.rs?category=" + ours, "user/Observation.rs"},
    }));
    auto needed = Scopes::parse("user/Observation.rs");
    needed.resources.front().enough = "category=" + ours;

    INFO(granted);
    CHECK(missingScopes(needed, Scopes::parse(granted)).text(ScopeSyntax::V2) == lacking);
    CHECK(needed.text(ScopeSyntax::V2) == "user/Observation.rs");  // asked for as a whole
}

TEST_CASE("scopes: of several values that are needed each must be granted", "[smart]") {
    auto needed = Scopes::parse("user/Observation.rs");
    needed.resources.front().enough = "category=a,b";
    const auto lacking = [&](const std::string& granted) {
        return missingScopes(needed, Scopes::parse(granted)).text(ScopeSyntax::V2);
    };

    CHECK(lacking("user/Observation.rs?category=a") == "user/Observation.rs");
    CHECK(lacking("user/Observation.rs?category=a user/Observation.r?category=b") ==
          "user/Observation.s");
    CHECK(lacking("user/Observation.rs?category=a user/Observation.rs?category=b") == "");
}

TEST_CASE("scopes: a setting that no server would act on is refused with the word", "[smart]") {
    const auto word = GENERATE(as<std::string>(), "system/Observation.sr", "user/observation.r",
                               "patient/Observation");
    const auto error = test::thrown([&] { Scopes::parseSetting("openid " + word); });

    CHECK(error.kind() == fhir::ErrorKind::InvalidInput);
    CHECK(std::string(error.what()).find(word) != std::string::npos);
    CHECK_THROWS(Scopes::parseSetting("a\"b"));
    CHECK_THROWS(Scopes::parseSetting("\xC3\xA4"));
    CHECK(Scopes::parseSetting("launch/patient openid __x system/*.rs").others.size() == 3);
}

TEST_CASE("scopes: the version is chosen by what the server lists", "[smart]") {
    using List = std::vector<std::string>;
    const auto [capabilities, supported, syntax] = GENERATE(table<List, List, ScopeSyntax>({
        {{"permission-v1", "permission-v2"}, {}, ScopeSyntax::V2},
        {{"permission-v2"}, {"system/*.read"}, ScopeSyntax::V2},
        {{"permission-v1"}, {"system/*.rs"}, ScopeSyntax::V1},
        {{"launch-ehr"}, {"openid", "system/*.read"}, ScopeSyntax::V1},
        {{"launch-ehr"}, {"openid", "system/Patient.rs"}, ScopeSyntax::V2},
        {{}, {"patient/*.*", "system/Patient.sr", "user/Patient.rs?"}, ScopeSyntax::V1},
        {{}, {}, ScopeSyntax::V1},
    }));

    CHECK(fhir::smart::chooseSyntax(capabilities, supported) == syntax);
}

TEST_CASE("scopes: no more than 500 are read", "[smart]") {
    std::string many;
    for (int i = 0; i < 600; ++i) many += "s" + std::to_string(i) + " ";

    CHECK(Scopes::parse(many).others.size() == 500);
}

}  // namespace scopes_test
