#include "plugin/launch/id_token.h"

#include "tests/support/thrown.h"

namespace id_token_test {

using fhir::ErrorKind;
using plugin::launch::staffReference;
using test::thrown;

namespace {

const fhir::ServerAddress kServer(fhir::Url::parse("https://ehr.example/fhir/"),
                                  {fhir::Url::parse("https://second.example/r4")});

}  // namespace

TEST_CASE("id token: a member of staff is named as this EHR names them", "[launch]") {
    for (const char* user : {"Practitioner/7", "https://ehr.example/fhir/Practitioner/7",
                             "HTTPS://EHR.example:443/fhir/Practitioner/7",
                             "https://second.example/r4/Practitioner/7"})
        CHECK(staffReference(user, kServer) == "Practitioner/7");
    CHECK(staffReference("PractitionerRole/a.b-c", kServer) == "PractitionerRole/a.b-c");
    CHECK(staffReference("Person/1", kServer) == "Person/1");
}

TEST_CASE("id token: a patient or a relative opens no page of the staff", "[launch]") {
    for (const char* user : {"Patient/1", "RelatedPerson/1", "https://ehr.example/fhir/Patient/1"})
        CHECK(thrown([&] { staffReference(user, kServer); }).kind() == ErrorKind::Forbidden);
}

TEST_CASE("id token: who is not of this EHR is nobody", "[launch]") {
    for (const char* user :
         {"7", "Practitioner", "Practitioner/", "Practitioner/../Patient/1", "Group/1",
          "https://evil.example/Practitioner/7", "https://ehr.example/fhirx/Practitioner/7",
          "https://second.example/fhir/Practitioner/7",
          "https://ehr.example/fhir/Practitioner/7/_history/1"})
        CHECK(thrown([&] { staffReference(user, kServer); }).kind() == ErrorKind::Unauthorized);
}

TEST_CASE("id token: that the EHR named no member of staff is said as that", "[launch]") {
    const auto error = thrown([&] { staffReference("", kServer); });

    CHECK(error.kind() == ErrorKind::Unauthorized);
    CHECK(error.path() == "/fhirUser");
    CHECK(std::string(error.what()).find("has no fhirUser") != std::string::npos);
    CHECK(std::string(error.what()).find("not this EHR's") == std::string::npos);
}

}  // namespace id_token_test
