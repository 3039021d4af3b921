#include "adapters/routes/compare.h"

#include "tests/support/hospital_fixture.h"

namespace compare_test {

using fhir::ErrorKind;
using test::statementObservation;
using test::thrown;

namespace {

const fhir::ServerAddress kServer(test::kBase);

std::string remark(const std::function<void(fhir::Observation&)>& change) {
    const auto ours = statementObservation();
    auto theirs = ours;
    theirs.id = "9";
    change(theirs);
    return adapters::compare(ours, theirs, kServer);
}

}  // namespace

TEST_CASE("compare: what a server may add is no difference", "[adapters]") {
    CHECK(remark([](fhir::Observation& o) {
              o.meta = fhir::Meta{};
              o.meta->versionId = "7";
              o.code.coding[0].display = "Care experience preference";
              o.code.coding.push_back({"urn:local", "77", "Local"});
              o.code.text = "Something else";
              o.category.push_back({{{"urn:local", "x", {}}}, {}});
              o.identifier.insert(o.identifier.begin(), {{}, "urn:local", "12"});
              o.subject = fhir::Reference{"http://ehr.example/fhir/Patient/patient-1/_history/2",
                                          "Patient", "Name"};
              o.effectiveDateTime = fhir::DateTime::parse("2026-03-10T10:30:00.000+01:00");
              o.note = {{"added"}};
          }) == "");
}

TEST_CASE("compare: what a server drops or changes is named", "[adapters]") {
    using Change = std::function<void(fhir::Observation&)>;
    const auto [name, change] = GENERATE(table<std::string, Change>({
        {"the status", [](auto& o) { o.status = "preliminary"; }},
        {"the white space of the words",
         [](auto& o) { o.valueString = " I want to see the sea.\r\n"; }},
        {"the language of the words", [](auto& o) { o.language.reset(); }},
        {"the LOINC codes", [](auto& o) { o.code.coding.pop_back(); }},
        {"the category", [](auto& o) { o.category.clear(); }},
        {"when it was said",
         [](auto& o) { o.effectiveDateTime = fhir::DateTime::parse("2026-03-10"); }},
        {"when it was said", [](auto& o) { o.effectiveDateTime.reset(); }},
        {"who said it",
         [](auto& o) {
             o.performer = {{"Practitioner/1", {}, {}}};
         }},
        {"the encounter", [](auto& o) { o.encounter.reset(); }},
        {"our identifier", [](auto& o) { o.identifier.clear(); }},
    }));

    CHECK(remark(change) == "the EHR did not keep " + name);
}

TEST_CASE("compare: a dropped label, note, method or aspect is named", "[adapters]") {
    auto ours = statementObservation();
    ours.meta = fhir::Meta{};
    ours.meta->security = {{"http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "R", {}}};
    ours.note = {{"by phone"}};
    ours.method = fhir::CodeableConcept{{}, "by phone"};
    ours.code.coding.push_back({"https://whatmatters.example/fhir/CodeSystem/aspect", "now", {}});

    CHECK(adapters::compare(ours, ours, kServer) == "");
    CHECK(adapters::compare(ours, statementObservation(), kServer) ==
          "the EHR did not keep the aspect, how it was asked, the note, who may see it (security "
          "label)");
}

TEST_CASE("compare: another patient or other words is a conflict", "[adapters]") {
    using Change = std::function<void(fhir::Observation&)>;
    const Change change = GENERATE(
        Change([](auto& o) {
            o.subject = fhir::Reference{"Patient/patient-2", {}, {}};
        }),
        Change([](auto& o) { o.subject.reset(); }), Change([](auto& o) {
            o.subject = fhir::Reference{"http://other.example/fhir/Patient/patient-1", {}, {}};
        }),
        Change([](auto& o) { o.valueString = "I want to see the seal."; }),
        Change([](auto& o) { o.valueString = "I want to see the"; }),
        Change([](auto& o) { o.valueString.reset(); }),
        Change([](auto& o) { o.status = "entered-in-error"; }), Change([](auto& o) {
            o.dataAbsentReason = fhir::CodeableConcept{{{"urn:x", "asked-declined", {}}}, {}};
        }));

    const auto error = thrown([&] { remark(change); });

    CHECK(error.kind() == ErrorKind::Conflict);
    CHECK_THAT(error.what(), !Catch::Contains("sea"));
}

TEST_CASE("compare: asked and declined must stay so", "[adapters]") {
    auto ours = statementObservation();
    ours.valueString.reset();
    ours.dataAbsentReason = fhir::CodeableConcept{
        {{"http://terminology.hl7.org/CodeSystem/data-absent-reason", "asked-declined", {}}}, {}};
    auto mute = ours;
    mute.dataAbsentReason.reset();
    auto other = ours;
    other.dataAbsentReason->coding[0].code = "unknown";

    CHECK(adapters::compare(ours, ours, kServer) == "");
    CHECK(thrown([&] { adapters::compare(ours, mute, kServer); }).kind() == ErrorKind::Conflict);
    CHECK(thrown([&] { adapters::compare(ours, other, kServer); }).kind() == ErrorKind::Conflict);
    CHECK(thrown([&] { adapters::compare(ours, statementObservation(), kServer); }).kind() ==
          ErrorKind::Conflict);
}

TEST_CASE("compare: a flag about somebody else is a conflict, a changed one is remarked",
          "[adapters]") {
    auto ours = test::teamFlag();
    ours.period = fhir::Period{fhir::DateTime::parse("2026-03-09"), {}};
    auto changed = ours;
    changed.status = "inactive";
    changed.code = {};
    changed.period.reset();
    changed.identifier.clear();

    CHECK(adapters::compare(ours, ours, kServer) == "");
    CHECK(adapters::compare(ours, changed, kServer) ==
          "the EHR did not keep the status, the reason code, the period, our identifier");
    CHECK(thrown([&] { adapters::compare(ours, test::teamFlag("Patient/1"), kServer); }).kind() ==
          ErrorKind::Conflict);
}

}  // namespace compare_test
