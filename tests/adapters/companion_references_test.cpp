#include "adapters/companion_references.h"

#include "fhir/r4/element.h"
#include "tests/support/hospital_fixture.h"

namespace companion_references_test {

using adapters::toCompanionReferences;
using adapters::toEhrReferences;

namespace {

const fhir::Url kHome = fhir::Url::parse("https://home.example/fhir/");

/// The statement as it is written to a server that is not the patient's.
fhir::Observation sent(fhir::Observation observation = test::statementObservation()) {
    return std::get<fhir::Observation>(toCompanionReferences(observation, kHome));
}

/// The id that the server gave it.
std::string put(test::Hospital& there, const fhir::Observation& observation) {
    return there.adapter().client().create("Observation", fhir::toJsonText(observation)).location;
}

adapters::FoundStatements found(const test::Hospital& there,
                                const std::vector<std::string>& patients = {"patient-1"}) {
    return adapters::findAtCompanion(there.adapter().client(), there.adapter().profile(), kHome,
                                     patients);
}

}  // namespace

TEST_CASE("companion references: a reference means the same resource on any server, and comes back",
          "[adapters]") {
    const auto reference =
        GENERATE(as<std::string>(), "Patient/1", "https://home.example/fhir/Patient/1");

    const auto there = toCompanionReferences(fhir::Reference{reference, {}, "Made up"}, kHome);

    CHECK_FALSE(there.reference);
    CHECK(there.type == "Patient");
    CHECK(there.identifier->system == "https://home.example/fhir/Patient");
    CHECK(there.identifier->value == "1");
    CHECK(adapters::addressOf(there) == "https://home.example/fhir/Patient/1");
    const auto back = toEhrReferences(there, kHome);
    CHECK(back.reference == "Patient/1");
    CHECK(back.display == "Made up");
    CHECK_FALSE(back.identifier);
}

TEST_CASE("companion references: what names nothing at home stays as it is", "[adapters]") {
    const auto reference = GENERATE(as<std::string>(), "https://other.example/fhir/Patient/1",
                                    "#contained", "urn:uuid:3f0c6f52-0c7e-4f1c-9d55-7f4f3f9f2a10");
    CHECK(toCompanionReferences(fhir::Reference{reference, {}, {}}, kHome).reference == reference);

    const fhir::Reference another{
        {}, "Patient", {}, fhir::Identifier{{}, "https://other.example/fhir/Patient", "1"}};
    CHECK_FALSE(toEhrReferences(another, kHome).reference);
    const fhir::Reference crooked{
        {}, "Patient", {}, fhir::Identifier{{}, "https://home.example/fhir/Patient", "../1"}};
    CHECK_FALSE(toEhrReferences(crooked, kHome).reference);
    CHECK_FALSE(adapters::addressOf(crooked));
}

TEST_CASE(
    "companion references: a statement names its patient by identifier and by tag, and itself by "
    "ours",
    "[adapters]") {
    auto statement = test::statementObservation();
    statement.derivedFrom = {{"Observation/9",
                              "Observation",
                              {},
                              fhir::Identifier{{}, "urn:ietf:rfc:3986", test::kStatementUrn}},
                             {"Observation/8", {}, {}}};
    statement.replaces = {statement.derivedFrom.front()};

    const auto there = sent(statement);

    REQUIRE(there.meta);
    CHECK(there.meta->tag.front().system == "https://home.example/fhir/Patient");
    CHECK(there.meta->tag.front().code == "patient-1");
    CHECK(there.encounter->identifier->value == "stay-1");
    CHECK(there.performer.front().identifier->value == "patient-1");
    CHECK_FALSE(there.derivedFrom[0].reference);
    CHECK_FALSE(there.replaces[0].reference);
    CHECK(there.replaces[0].identifier->value == test::kStatementUrn);
    CHECK(there.derivedFrom[0].identifier->value == test::kStatementUrn);
    CHECK(there.derivedFrom[1].identifier->system == "https://home.example/fhir/Observation");
    CHECK(fhir::toJsonText(there).find("\"reference\"") == std::string::npos);
}

TEST_CASE("companion references: statements are found by their patient, as at home", "[adapters]") {
    test::Hospital there(1);
    auto statement = test::statementObservation();
    statement.derivedFrom = {{"Observation/8", {}, {}}};
    statement.replaces = statement.derivedFrom;
    const auto location = put(there, sent(statement));

    const auto all = found(there, {"patient-1", "patient-2", "patient-1"});

    REQUIRE(all.observations.size() == 1);
    CHECK(all.problems.empty());
    const auto& one = all.observations.front();
    CHECK(one.valueString == statement.valueString);
    CHECK(one.subject->reference == "Patient/patient-1");
    CHECK(one.encounter->reference == "Encounter/stay-1");
    CHECK(one.performer.front().reference == "Patient/patient-1");
    CHECK(one.derivedFrom.front().reference == "Observation/8");
    REQUIRE(one.replaces.size() == 1);
    CHECK(one.replaces.front().reference == "Observation/8");
    CHECK(one.derivedFrom.back().reference == "http://ehr.example/fhir/" + location);
    CHECK(found(there, {"patient-2"}).observations.empty());
    CHECK(found(there, {}).observations.empty());
}

TEST_CASE(
    "companion references: what is about another patient is dropped and reported, what is not ours "
    "is not "
    "read",
    "[adapters]") {
    test::Hospital there(1);
    auto mistagged = sent();
    mistagged.subject->identifier->value = "patient-2";
    put(there, mistagged);
    auto otherHospital = sent();
    otherHospital.subject->identifier->system = "https://other.example/fhir/Patient";
    put(there, otherHospital);
    auto others = sent();
    others.identifier.clear();
    put(there, others);

    const auto all = found(there);

    CHECK(all.observations.empty());
    CHECK(test::texts(all.problems).find("2 of the results were not about the patients") !=
          std::string::npos);
}

TEST_CASE("companion references: a patient id that is none is not searched for", "[adapters]") {
    test::Hospital there(1);

    const auto error = test::thrown([&] { found(there, {"1,2|x"}); });

    CHECK(error.kind() == fhir::ErrorKind::InvalidInput);
    CHECK(there.wire().requests.empty());
}

TEST_CASE(
    "companion references: a route writes there once, reads back, and takes back what is the same "
    "patient's",
    "[adapters]") {
    test::Hospital there(1);
    test::MemoryCompanion nothing;
    const auto& server = there.adapter();

    const auto first = server.write({"observation"}, sent(), nothing, false);
    const auto again = server.write({"observation"}, sent(), nothing, true);

    CHECK(first.route == "observation");
    CHECK(first.remark == "");
    CHECK(again.location == first.location);
    CHECK(there.wire().count("POST", "/Observation") == 1);

    auto retracted = test::statementObservation();
    retracted.status = "entered-in-error";
    auto other = sent(retracted);
    other.subject->identifier->value = "patient-2";
    CHECK(server.retract("observation", first.location, other, "patient-3", nothing).route ==
          "companion");
    CHECK(found(there).observations.front().status == "final");
    CHECK(server.retract("observation", first.location, sent(retracted), "patient-1", nothing)
              .route == "observation");
    CHECK(found(there).observations.front().status == "entered-in-error");
}

TEST_CASE("companion references: another patient's words under our identifier are no copy of ours",
          "[adapters]") {
    test::Hospital there(1);
    test::MemoryCompanion nothing;
    auto other = sent();
    other.subject->identifier->value = "patient-2";
    put(there, other);

    const auto error =
        test::thrown([&] { there.adapter().write({"observation"}, sent(), nothing, true); });

    CHECK(error.kind() == fhir::ErrorKind::Refused);
    CHECK(std::string(error.what()).find("about another patient") != std::string::npos);
}

TEST_CASE("companion references: a flag is about a team there too", "[adapters]") {
    test::Hospital there(1);
    test::MemoryCompanion nothing;
    const auto flag = toCompanionReferences(test::teamFlag(), kHome);

    const auto written = there.adapter().write({"flag"}, flag, nothing, false);

    CHECK(written.route == "flag");
    for (const char* person : {"Patient", "Practitioner", "RelatedPerson"}) {
        auto about = std::get<fhir::Flag>(flag);
        about.subject.type = person;
        about.subject.identifier->system = std::string("https://home.example/fhir/") + person;
        CHECK(test::thrown([&] {
                  there.adapter().write({"flag"}, about, nothing, false);
              }).kind() == fhir::ErrorKind::InvalidInput);
        about.subject.type = "Organization";  // says one thing and means another
        CHECK(test::thrown([&] {
                  there.adapter().write({"flag"}, about, nothing, false);
              }).kind() == fhir::ErrorKind::InvalidInput);
    }
}

}  // namespace companion_references_test
