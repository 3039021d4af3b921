#include "fhir/r4/encounter.h"

#include "tests/support/resource.h"

namespace encounter_test {

using fhir::Encounter;
using test::read;

namespace {

const std::string kMinimal = R"({"resourceType":"Encounter","status":"planned"})";

/// The display of the place where the patient is, "nowhere" where there is none.
std::string current(const std::string& locations) {
    const auto encounter = read<Encounter>(test::with(kMinimal, "\"location\":" + locations));
    const auto* place = encounter.currentLocation();
    return place == nullptr ? "nowhere" : place->location.display.value_or("?");
}

}  // namespace

TEST_CASE("encounter: a full one is read", "[fhir]") {
    const auto encounter = read<Encounter>(R"({
        "status": "in-progress", "id": "e-1", "meta": {"lastUpdated": "2026-03-07T08:15:00Z"},
        "identifier": [{"system": "s", "value": "visit-1"}],
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"},
        "type": [{"text": "Ward stay"}],
        "subject": {"reference": "Patient/p-1", "display": "Test, Ama"},
        "period": {"start": "2026-03-01T10:00:00+01:00"},
        "location": [{"location": {"reference": "Location/bed-3", "display": "Bed 3"},
                      "status": "active", "period": {"start": "2026-03-02"}}],
        "resourceType": "Encounter"})");

    CHECK(encounter.id == "e-1");
    REQUIRE(encounter.meta);
    CHECK(encounter.meta->lastUpdated == "2026-03-07T08:15:00Z");
    CHECK(encounter.identifier.at(0).value == "visit-1");
    CHECK(encounter.status == "in-progress");
    REQUIRE(encounter.encounterClass);
    CHECK(encounter.encounterClass->code == "IMP");
    CHECK(encounter.type.at(0).label() == "Ward stay");
    REQUIRE(encounter.subject);
    CHECK(encounter.subject->relative() == "Patient/p-1");
    REQUIRE(encounter.period);
    CHECK(encounter.period->start->text() == "2026-03-01T10:00:00+01:00");
    CHECK_FALSE(encounter.period->end);
    REQUIRE(encounter.location.size() == 1);
    CHECK(encounter.location[0].location.relative() == "Location/bed-3");
    CHECK(encounter.location[0].status == "active");
    CHECK(encounter.location[0].period->start->text() == "2026-03-02");
}

TEST_CASE("encounter: a minimal one is read", "[fhir]") {
    const auto encounter = read<Encounter>(kMinimal);

    CHECK(encounter.status == "planned");
    CHECK_FALSE(encounter.encounterClass);
    CHECK_FALSE(encounter.subject);
    CHECK(encounter.currentLocation() == nullptr);
}

TEST_CASE("encounter: knows where the patient is now", "[fhir]") {
    const auto [locations, expected] = GENERATE(table<std::string, std::string>({
        {R"([])", "nowhere"},
        {R"([{"location":{"display":"A"}}])", "A"},
        {R"([{"location":{"display":"A"},"status":"active"},{"location":{"display":"B"}}])", "A"},
        {R"([{"location":{"display":"A"}},{"location":{"display":"B"}}])", "B"},
        {R"([{"location":{"display":"A"},"status":"completed"},{"location":{"display":"B"}}])",
         "B"},
        {R"([{"location":{"display":"A"}},{"location":{"display":"B"},"status":"planned"}])", "A"},
        {R"([{"location":{"display":"A"}},{"location":{"display":"B"},"status":"reserved"}])", "A"},
        {R"([{"location":{"display":"A"},"status":"completed"}])", "nowhere"},
        {R"([{"location":{"display":"A"},"period":{"start":"2026","end":"2026"}}])", "nowhere"},
        {R"([{"location":{"display":"A"},"period":{"start":"2026"}}])", "A"},
    }));

    CHECK(current(locations) == expected);
}

TEST_CASE("encounter: keeps every promise of a resource", "[fhir]") {
    test::checkHeader<Encounter>(kMinimal);
}

TEST_CASE("encounter: an element of the wrong type is named by its path", "[fhir]") {
    CHECK(test::thrown([] { read<Encounter>(R"({"resourceType":"Encounter"})"); }).path() ==
          "/status");
    CHECK(test::thrown([] {
              read<Encounter>(R"({"resourceType":"Encounter","status":1})");
          }).path() == "/status");
    test::checkWrongTypes<Encounter>(
        kMinimal,
        {{R"("identifier":"x")", "/identifier"},
         {R"("class":[{"code":"IMP"}])", "/class"},
         {R"("class":{"code":1})", "/class/code"},
         {R"("type":{})", "/type"},
         {R"("type":[null])", "/type/0"},
         {R"("subject":"Patient/1")", "/subject"},
         {R"("subject":{"reference":1})", "/subject/reference"},
         {R"("period":{"start":"now"})", "/period/start"},
         {R"("period":{"end":1})", "/period/end"},
         {R"("location":{})", "/location"},
         {R"("location":[null])", "/location/0"},
         {R"("location":[{}])", "/location/0/location"},
         {R"("location":[{"location":{}},{"location":"x"}])", "/location/1/location"},
         {R"("location":[{"location":{},"status":1}])", "/location/0/status"},
         {R"("location":[{"location":{},"period":{"end":"x"}}])", "/location/0/period/end"},
         {R"("location":[{"location":{},"modifierExtension":[{"url":"u"}]}])",
          "/location/0/modifierExtension"}});
}

TEST_CASE("encounter: what tells of a stay's course is read", "[fhir]") {
    const auto encounter = read<Encounter>(test::with(kMinimal, R"(
        "statusHistory": [{"status": "arrived", "period": {"start": "2026-03-01"}}],
        "classHistory": [{"class": {"code": "EMER"}, "period": {"end": "2026-03-02"}}],
        "serviceType": {"text": "Geriatrics"}, "appointment": [{"reference": "Appointment/a-1"}],
        "participant": [{"type": [{"text": "attender"}], "period": {"start": "2026-03-01"},
                         "individual": {"reference": "Practitioner/n-1"}}],
        "reasonCode": [{"text": "Fall"}],
        "hospitalization": {"admitSource": {"text": "home"}, "origin": {"display": "Home"},
                            "dischargeDisposition": {"coding": [{"code": "hosp"}]},
                            "destination": {"reference": "Location/hospice"}},
        "location": [{"location": {}, "physicalType": {"text": "bed"}}],
        "serviceProvider": {"reference": "Organization/o-1"},
        "partOf": {"reference": "Encounter/e-0"})"));

    CHECK(encounter.statusHistory.at(0).status == "arrived");
    CHECK(encounter.statusHistory.at(0).period.start->text() == "2026-03-01");
    CHECK(encounter.classHistory.at(0).encounterClass.code == "EMER");
    CHECK(encounter.classHistory.at(0).period.end->text() == "2026-03-02");
    CHECK(encounter.serviceType->label() == "Geriatrics");
    CHECK(encounter.appointment.at(0).relative() == "Appointment/a-1");
    REQUIRE(encounter.participant.size() == 1);
    CHECK(encounter.participant[0].type.at(0).label() == "attender");
    CHECK(encounter.participant[0].period->start->text() == "2026-03-01");
    CHECK(encounter.participant[0].individual->relative() == "Practitioner/n-1");
    CHECK(encounter.reasonCode.at(0).label() == "Fall");
    REQUIRE(encounter.hospitalization);
    CHECK(encounter.hospitalization->admitSource->label() == "home");
    CHECK(encounter.hospitalization->origin->display == "Home");
    CHECK(encounter.hospitalization->dischargeDisposition->label() == "hosp");
    CHECK(encounter.hospitalization->destination->relative() == "Location/hospice");
    CHECK(encounter.location.at(0).physicalType->label() == "bed");
    CHECK(encounter.serviceProvider->relative() == "Organization/o-1");
    CHECK(encounter.partOf->relative() == "Encounter/e-0");
}

TEST_CASE("encounter: a contained location lends its name", "[fhir]") {
    const std::string contained =
        R"("contained":[{"resourceType":"Location","id":"l","name":"Bed 4"}],)";
    const auto display = [&](const std::string& location) {
        const auto encounter = read<Encounter>(
            test::with(kMinimal, contained + R"("location":[{"location":)" + location + "}]"));
        return encounter.location.at(0).location.display.value_or("none");
    };

    CHECK(display(R"({"reference":"#l"})") == "Bed 4");
    CHECK(display(R"({"reference":"#l","display":"Window bed"})") == "Window bed");
    CHECK(display(R"({"reference":"#other"})") == "none");
    CHECK(display(R"({"reference":"Location/l"})") == "none");
}

TEST_CASE("encounter: a status that the server does not know is unknown", "[fhir]") {
    CHECK(read<Encounter>(R"({"resourceType":"Encounter","_status":{"extension":[{
              "url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason",
              "valueCode":"unknown"}]}})")
              .status == "unknown");
}

TEST_CASE("encounter: a part of the course of the wrong type is named by its path", "[fhir]") {
    test::checkWrongTypes<Encounter>(
        kMinimal, {{R"("statusHistory":[{"status":"x"}])", "/statusHistory/0/period"},
                   {R"("statusHistory":[{"modifierExtension":[{"url":"u"}]}])",
                    "/statusHistory/0/modifierExtension"},
                   {R"("classHistory":[{"period":{}}])", "/classHistory/0/class"},
                   {R"("serviceType":[])", "/serviceType"},
                   {R"("participant":[{"individual":1}])", "/participant/0/individual"},
                   {R"("participant":[{"modifierExtension":[{"url":"u"}]}])",
                    "/participant/0/modifierExtension"},
                   {R"("hospitalization":[])", "/hospitalization"},
                   {R"("hospitalization":{"modifierExtension":[{"url":"u"}]})",
                    "/hospitalization/modifierExtension"},
                   {R"("partOf":"x")", "/partOf"}});
}

}  // namespace encounter_test
