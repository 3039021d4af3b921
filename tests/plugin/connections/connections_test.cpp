#include "plugin/connections/connections.h"

#include "tests/support/thrown.h"

namespace connections_test {

using fhir::smart::Scopes;
using fhir::smart::ScopeSyntax;

namespace {

plugin::ConnectionSettings connection() {
    plugin::ConnectionSettings settings;
    settings.id = "general";
    settings.fhirBase = fhir::Url::parse("https://ehr.example/fhir");
    settings.profile = adapters::vendorProfile("generic");
    return settings;
}

}  // namespace

TEST_CASE("connections: what is asked for is what worklists and routes need (SMART 46, 148, 239)",
          "[connections]") {
    using List = std::vector<std::string>;
    const auto [source, routes, needed] = GENERATE(table<std::string, List, std::string>({
        {"encounter-search",
         {"observation", "flag", "companion"},
         "system/Patient.rs system/Encounter.rs system/Observation.crus system/Location.rs "
         "system/Flag.crs"},
        {"patient-list",
         {"document-reference"},
         "system/Patient.rs system/Encounter.rs system/Observation.rs system/List.rs "
         "system/DocumentReference.crus"},
        {"patients", {"companion"}, "system/Patient.rs system/Encounter.rs system/Observation.rs"},
    }));
    auto settings = connection();
    settings.units.push_back({"ward", "Ward", {source, ""}});
    settings.routes = routes;

    CHECK(plugin::neededScopes(settings).text(ScopeSyntax::V2) == needed);
    CHECK(plugin::askedScopes(settings).text(ScopeSyntax::V2) == needed);
}

TEST_CASE("connections: what is asked for follows from what is searched, and a page that is apart",
          "[connections]") {
    auto settings = connection();
    settings.profile.questionnaire = {"https://x.example/Questionnaire/q", "1"};
    settings.profile.routes = {"document-reference"};
    settings.profile.document.pagesApart = true;
    settings.routes = settings.profile.routes;

    CHECK(plugin::neededScopes(settings).text(ScopeSyntax::V2) ==
          "system/Patient.rs system/Encounter.rs system/Observation.rs "
          "system/QuestionnaireResponse.rs system/DocumentReference.crus system/Binary.r");
    CHECK(adapters::vendorProfile("epic").document.pagesApart);
    CHECK(adapters::vendorProfile("oracle-health").document.pagesApart);
}

TEST_CASE("connections: what a site sets is asked for, and takes nothing from what is needed",
          "[connections]") {
    auto settings = connection();
    const auto needed = plugin::neededScopes(settings).text(ScopeSyntax::V1);
    settings.auth.scopes = Scopes::parse("system/*.read");

    CHECK(plugin::askedScopes(settings).text(ScopeSyntax::V1) == "system/*.read");
    CHECK(plugin::neededScopes(settings).text(ScopeSyntax::V1) == needed);
}

TEST_CASE("connections: scopes are written as the site says, else as the vendor does",
          "[connections]") {
    using Syntax = std::optional<ScopeSyntax>;
    const auto [vendor, site, written] = GENERATE(table<std::string, Syntax, Syntax>({
        {"discovered", {}, {}},
        {"v1", {}, ScopeSyntax::V1},
        {"v2", {}, ScopeSyntax::V2},
        {"v2", ScopeSyntax::V1, ScopeSyntax::V1},
    }));
    auto settings = connection();
    settings.profile.auth.scopeForm = vendor;
    plugin::AuthSettings auth;
    auth.scopeSyntax = site;

    CHECK(plugin::scopeSyntaxOf(settings, auth) == written);
}

TEST_CASE("connections: what is read is what worklists need, each type once", "[connections]") {
    auto settings = connection();
    settings.units.push_back({"one", "One", {"group", ""}});
    settings.units.push_back({"two", "Two", {"group", ""}});

    CHECK(plugin::typesRead(settings) ==
          std::vector<std::string>{"Patient", "Encounter", "Observation", "Group"});
}

TEST_CASE("connections: one that gets tokens has a source of them", "[connections]") {
    auto plain = connection();
    auto signing = connection();
    signing.id = "signing";
    signing.auth.method = "client-secret-basic";
    const plugin::Connections connections({plain, signing});

    CHECK(connections.at("general").tokens == nullptr);
    CHECK(connections.at("signing").tokens != nullptr);
    CHECK(connections.at("general").discovery != nullptr);
    const auto error = test::thrown([&] { connections.at("nobody"); });
    CHECK(std::string(error.what()).find("it has: general, signing") != std::string::npos);
}

}  // namespace connections_test
