#include "plugin/launch/launched.h"

namespace launched_test {

using fhir::smart::ScopeSyntax;

namespace {

plugin::ConnectionSettings connection() {
    plugin::ConnectionSettings settings;
    settings.profile = adapters::vendorProfile("generic");
    settings.launch.emplace();
    return settings;
}

}  // namespace

TEST_CASE("launched: what is asked for follows from what the pages search", "[launch]") {
    auto settings = connection();
    const auto asked = [&] {
        return plugin::launch::askedScopes(settings, {}).text(ScopeSyntax::V2);
    };
    CHECK(asked() ==
          "launch openid fhirUser user/Patient.r user/Encounter.r user/Observation.rs "
          "user/Practitioner.r");

    settings.profile.questionnaire = {"https://x.example/Questionnaire/q", "1"};
    settings.profile.routes = {"document-reference", "companion"};
    settings.profile.document.pagesApart = true;
    CHECK(asked() ==
          "launch openid fhirUser user/Patient.r user/Encounter.r user/Observation.rs "
          "user/QuestionnaireResponse.rs user/DocumentReference.rs user/Binary.r "
          "user/Practitioner.r");

    // What a site lists is all that is asked for.
    settings.launch->scopes = {"launch", "user/Patient.r"};
    CHECK(asked() == "launch user/Patient.r");
}

TEST_CASE("launched: without a patient the units are to choose from, where there are any",
          "[launch]") {
    auto settings = connection();
    const auto read = [&](const char* answer) {
        return plugin::launch::readLaunch({.accessToken = fhir::Secret(),
                                           .expiresIn = std::nullopt,
                                           .scopes = plugin::launch::neededScopes(),
                                           .refreshToken = fhir::Secret(),
                                           .idToken = fhir::Secret(),
                                           .document = fhir::json::Document::parse(answer)},
                                          settings);
    };
    CHECK_THROWS_WITH(read("{}"), Catch::Contains("without saying for which patient"));

    settings.units.push_back({"ward-7", "Ward 7", {}, {"department=150"}});
    CHECK(read("{}").context.view == plugin::sessions::Context::View::Units);

    CHECK(read(R"({"department":"150"})").context.unit == "ward-7");
    // Whom it cannot tell, nobody's ward stands in for.
    CHECK_THROWS_WITH(read(R"({"department":"150","patient":[]})"),
                      Catch::Contains("in a way that cannot be read"));
}

}  // namespace launched_test
