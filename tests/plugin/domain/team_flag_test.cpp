#include "plugin/domain/team_flag.h"

#include "fhir/base/error.h"
#include "tests/support/statements.h"

namespace team_flag_test {

using namespace plugin::domain;

namespace {

TeamFlag flag() {
    return {.id = "urn:uuid:0f4d3f0a-9a61-4a53-8f7e-2f1b6d5c4e3a",
            .teamName = "Ward 7 team",
            .subject = "Organization/7",
            .reason = FlagReason::Strain,
            .status = "active",
            .since = test::kToday};
}

}  // namespace

TEST_CASE("team flag: it is written exactly as the design says", "[domain]") {
    CHECK(fhir::toJsonText(toFlag(flag())) ==
          R"({"resourceType":"Flag","identifier":[{"system":"urn:ietf:rfc:3986",)"
          R"("value":"urn:uuid:0f4d3f0a-9a61-4a53-8f7e-2f1b6d5c4e3a"}],"status":"active",)"
          R"("category":[{"coding":[)"
          R"({"system":"http://terminology.hl7.org/CodeSystem/flag-category",)"
          R"("code":"admin","display":"Administrative"}]}],"code":{"coding":[)"
          R"({"system":"https://whatmatters.example/fhir/CodeSystem/team-flag",)"
          R"("code":"strain","display":"Strain"}],)"
          R"("text":"Many on this team were strained, twice in a row"},)"
          R"("subject":{"reference":"Organization/7","display":"Ward 7 team"},)"
          R"("period":{"start":"2026-03-07T08:15:00Z"},)"
          R"("author":{"type":"Device","display":"What Matters"}})");
}

TEST_CASE("team flag: a subject that is no team is refused", "[domain]") {
    const auto subject =
        GENERATE(as<std::string>(), "", "Patient/1", "Practitioner/1", "PractitionerRole/1",
                 "RelatedPerson/1", "Person/1", "organization/1", "Organization", "Organization/",
                 "Organization/a b", "https://ehr.example/fhir/Organization/1",
                 "Organization/1/Practitioner/2", "urn:uuid:1", "CareTeam/1");
    INFO(subject);

    CHECK(whyNotTeam(subject));
    auto one = flag();
    one.subject = subject;
    try {
        toFlag(one);
        FAIL("a flag about no team");
    } catch (const fhir::Error& error) {
        CHECK(error.kind() == fhir::ErrorKind::InvalidInput);
        CHECK(error.path() == "/subject");
    }
}

TEST_CASE("team flag: teams may be flagged", "[domain]") {
    const auto subject = GENERATE(as<std::string>(), "Organization/7", "Group/g-1", "Location/w.7");
    auto one = flag();
    one.subject = subject;

    CHECK_FALSE(whyNotTeam(subject));
    CHECK(toFlag(one).subject.reference == subject);
}

TEST_CASE("team flag: a status or an id that is none is refused", "[domain]") {
    auto one = flag();
    one.status = GENERATE(as<std::string>(), "", "Active", "resolved");
    CHECK_THROWS_AS(toFlag(one), fhir::Error);

    one = flag();
    one.id = GENERATE(as<std::string>(), "", "7", "urn:uuid:0F4D3F0A-9A61-4A53-8F7E-2F1B6D5C4E3A");
    CHECK_THROWS_AS(toFlag(one), fhir::Error);
}

TEST_CASE("team flag: every reason has a code and its own words", "[domain]") {
    std::vector<std::string> texts;
    for (const auto reason :
         {FlagReason::Strain, FlagReason::Decline, FlagReason::Theme, FlagReason::BrightSpot}) {
        CHECK(parseFlagReason(toString(reason)) == reason);
        auto one = flag();
        one.reason = reason;
        texts.push_back(toFlag(one).code.text.value());
    }
    std::sort(texts.begin(), texts.end());
    CHECK(std::unique(texts.begin(), texts.end()) == texts.end());
    CHECK_FALSE(parseFlagReason("Strain"));
}

}  // namespace team_flag_test
