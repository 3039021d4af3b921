// Who is on the ward stays there, whatever is odd about the record beside what is needed of it.
#include "adapters/worklist/patients.h"

#include "tests/support/hospital_fixture.h"
#include "tests/support/resource.h"

namespace patients_test {

using adapters::vendorProfile;
using fhir::http::Request;
using test::answer;
using test::searchset;
using test::texts;

namespace {

/// One patient, found by a search or read by itself, in one bed of a ward.
adapters::Worklist wardOf(const std::string& patient, const std::string& encounter,
                          bool mayBeSearched) {
    const test::Scripted ehr(
        [&](const Request& request) {
            const auto& path = request.url.path;
            if (path.ends_with("/Encounter")) return answer(200, searchset({encounter}));
            if (path.ends_with("/Patient"))
                return mayBeSearched ? answer(200, searchset({patient})) : answer(403);
            return path.ends_with("/Patient/a") ? answer(200, patient) : answer(404);
        },
        vendorProfile("generic"));
    return ehr.adapter->worklist({.source = "patients", .patients = {"Patient/a"}});
}

const std::string kEncounter = R"({"resourceType":"Encounter","id":"e","status":"in-progress",
    "subject":{"reference":"Patient/a"}})";

}  // namespace

TEST_CASE("patients: an element that cannot be read takes nobody off the ward", "[adapters]") {
    const auto [member, line] = GENERATE(table<std::string, std::string>({
        {R"("birthDate":"1941-05-01T00:00:00")", "Patient/a: birthDate must be a date"},
        {R"("birthDate":"0000-00-00")", "Patient/a: birthDate must be a date"},
        {R"("identifier":[{"system":"s","value":123}])",
         "Patient/a: identifier[0].value must be text, not a number"},
        {R"("active":"yes")", "Patient/a: active must be true or false"},
        {R"("deceasedBoolean":"no")", "Patient/a: deceasedBoolean must be true or false"},
        {R"("link":[{"type":"seealso"}])", "Patient/a: link[0].other is missing"},
        {R"("communication":[{"preferred":"yes","language":{"coding":[{"code":"fr"}]}}])",
         "Patient/a: communication[0].preferred must be true or false"},
    }));
    INFO(member);
    const auto mayBeSearched = GENERATE(true, false);

    const auto ward =
        wardOf(R"({"resourceType":"Patient","id":"a","name":[{"text":"Made Up"}],)" + member + "}",
               kEncounter, mayBeSearched);

    REQUIRE(ward.stays.size() == 1);
    CHECK(fhir::displayName(ward.stays.front().patient.name, test::kNow) == "Made Up");
    REQUIRE(ward.problems.size() == 1);
    CHECK_THAT(ward.problems.front().text, Catch::StartsWith(line));
    CHECK(ward.problems.front().patient == "a");
}

TEST_CASE("patients: what the ward does not use of a record is not looked at", "[adapters]") {
    const std::string member = GENERATE(as<std::string>(), R"("telecom":[{"value":5550103}])",
                                        R"("contact":7)", R"("managingOrganization":"x")",
                                        R"("active":"true")", R"("deceasedBoolean":"false")");
    INFO(member);

    const auto ward = wardOf(R"({"resourceType":"Patient","id":"a",)" + member + "}",
                             test::with(kEncounter, R"("statusHistory":[{"status":"arrived"}],)"
                                                    R"("classHistory":[{"period":"x"}])"),
                             true);

    CHECK(ward.stays.size() == 1);
    CHECK(texts(ward.problems) == "");
}

TEST_CASE("patients: whoever is said to have died is not on the ward, with or without a zone",
          "[adapters]") {
    const std::string member =
        GENERATE(as<std::string>(), R"("deceasedBoolean":"true")",
                 R"("deceasedDateTime":"2026-03-07T08:15:00")", R"("deceasedDateTime":"2026")");

    const auto ward =
        wardOf(R"({"resourceType":"Patient","id":"a",)" + member + "}", kEncounter, true);

    CHECK(ward.stays.empty());
    CHECK_THAT(texts(ward.problems), Catch::Contains("is recorded as deceased"));
}

}  // namespace patients_test
