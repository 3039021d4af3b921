#include "tests/support/hospital_fixture.h"

namespace team_subject_test {

using fhir::ErrorKind;

namespace {

std::string refusal(const fhir::Flag& flag) {
    try {
        adapters::requireTeamSubject(flag);
    } catch (const fhir::Error& error) {
        CHECK(error.kind() == ErrorKind::InvalidInput);
        return error.path();
    }
    return "";
}

const std::vector<std::string> kNotTeams{"Patient/1",
                                         "Practitioner/1",
                                         "PractitionerRole/1",
                                         "RelatedPerson/1",
                                         "Person/1",
                                         "Patient/1/_history/2",
                                         "http://ehr.example/fhir/Patient/1",
                                         "https://other.example/Practitioner/1",
                                         "https://x.example/PractitionerRole/1/_history/1",
                                         "https://x.example/fhir/Patient/1/Organization/2",
                                         "https://x.example/fhir/Organization/2?of=Patient/1",
                                         "https://x.example/fhir/Patient%2F1/Group/2",
                                         "#Organization",
                                         "#1",
                                         "urn:uuid:3f0c6f52-0c7e-4f1c-9d55-7f4f3f9f2a10",
                                         "urn:oid:1.2.3",
                                         "1",
                                         "",
                                         "Organization",
                                         "Organization/",
                                         "organization/1",
                                         "Device/1",
                                         "Organization/1/Patient/2",
                                         "Organization/../Patient/1",
                                         "Organization/a b",
                                         "Patient?identifier=x",
                                         "/Organization/1"};

}  // namespace

TEST_CASE("team subject: a team passes", "[adapters]") {
    for (const char* subject :
         {"Organization/1", "Group/g-1", "Location/ward.7", "Organization/1/_history/2",
          "https://ehr.example/fhir/Organization/1", "http://ehr.example/Location/1"}) {
        CAPTURE(subject);
        CHECK(refusal(test::teamFlag(subject)) == "");
    }
}

TEST_CASE("team subject: nobody who is or might be a person passes", "[adapters]") {
    for (const auto& subject : kNotTeams) {
        CAPTURE(subject);
        CHECK(refusal(test::teamFlag(subject)) == "/subject/reference");
    }
    auto named = test::teamFlag();
    named.subject = {{}, "Organization", "Ward 7"};
    CHECK(refusal(named) == "/subject/reference");
    auto contradictory = test::teamFlag();
    contradictory.subject.type = "Practitioner";
    CHECK(refusal(contradictory) == "/subject/reference");
}

TEST_CASE("team subject: no person is the author either", "[adapters]") {
    auto flag = test::teamFlag();
    for (const char* author : {"Organization/1", "Device/1"}) {
        flag.author = fhir::Reference{author, {}, {}};
        CHECK(refusal(flag) == "");
    }
    for (const char* author : {"Practitioner/1", "Patient/1", "PractitionerRole/1", "#1"}) {
        flag.author = fhir::Reference{author, {}, {}};
        CHECK(refusal(flag) == "/author/reference");
    }
}

TEST_CASE("team subject: no way to write lets a person through", "[adapters]") {
    test::Hospital hospital(1);
    test::MemoryCompanion storage;
    const auto& capabilities = hospital.adapter().capabilities();
    const adapters::RouteContext context{hospital.adapter().client(), hospital.adapter().profile(),
                                         capabilities, storage, false};
    hospital.wire().requests.clear();
    for (const auto& subject : kNotTeams) {
        const auto flag = test::teamFlag(subject);
        for (const bool mayBeThere : {false, true})
            CHECK(test::thrown([&] {
                      hospital.adapter().write({"flag", "companion"}, flag, storage, mayBeThere);
                  }).kind() == ErrorKind::InvalidInput);
        CHECK(test::thrown([&] { adapters::findRoute("flag")->write(context, flag); }).kind() ==
              ErrorKind::InvalidInput);
    }
    CHECK(hospital.wire().requests.empty());
    CHECK(storage.kept.empty());
}

}  // namespace team_subject_test
