#include "fhir/r4/encounter.h"

#include "tests/support/resource.h"

namespace encounter_test {

using fhir::Encounter;
using test::read;

namespace {

const std::string kMinimal = R"({"resourceType":"Encounter","status":"planned"})";

/// The displays of the places where the patient is on 10 March 2026, the best first.
std::string current(const std::string& locations) {
    const auto encounter = read<Encounter>(test::with(kMinimal, "\"location\":" + locations));
    std::string places;
    for (const auto* place :
         encounter.placesAt(fhir::DateTime::parse("2026-03-10T10:00:00Z").earliest()))
        places += place->location.display.value_or("?");
    return places.empty() ? "nowhere" : places;
}

}  // namespace

TEST_CASE("encounter: a full one is read", "[fhir]") {
    const auto encounter = read<Encounter>(R"({
        "status": "in-progress", "id": "e-1", "meta": {"lastUpdated": "2026-03-07T08:15:00Z"},
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"},
        "subject": {"reference": "Patient/p-1", "display": "Test, Ama"},
        "period": {"start": "2026-03-01T10:00:00+01:00"},
        "location": [{"location": {"reference": "Location/bed-3", "display": "Bed 3"},
                      "status": "active", "period": {"start": "2026-03-02"}}],
        "resourceType": "Encounter"})");

    CHECK(encounter.id == "e-1");
    REQUIRE(encounter.meta);
    CHECK(encounter.meta->lastUpdated == "2026-03-07T08:15:00Z");
    CHECK(encounter.status == "in-progress");
    REQUIRE(encounter.encounterClass);
    CHECK(encounter.encounterClass->code == "IMP");
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
    CHECK(encounter.placesAt({}).empty());
}

TEST_CASE("encounter: knows where the patient is now", "[fhir]") {
    const auto [locations, expected] = GENERATE(table<std::string, std::string>({
        {R"([])", "nowhere"},
        {R"([{"location":{"display":"A"}}])", "A"},
        {R"([{"location":{"display":"A"},"status":"active"},{"location":{"display":"B"}}])", "AB"},
        {R"([{"location":{"display":"A"}},{"location":{"display":"B"}}])", "BA"},
        {R"([{"location":{"display":"A"},"status":"completed"},{"location":{"display":"B"}}])",
         "B"},
        {R"([{"location":{"display":"A"}},{"location":{"display":"B"},"status":"planned"}])", "A"},
        {R"([{"location":{"display":"A"}},{"location":{"display":"B"},"status":"reserved"}])", "A"},
        {R"([{"location":{"display":"A"},"status":"completed"}])", "nowhere"},
        {R"([{"location":{"display":"A"},"period":{"start":"2025","end":"2025"}}])", "nowhere"},
        {R"([{"location":{"display":"A"},"period":{"start":"2026"}}])", "A"},
        {R"([{"location":{"display":"A"},"period":{"start":"2026","end":"9999-12-31"}}])", "A"},
        {R"([{"location":{"display":"A"},"status":"active","period":{"end":"2026-03-09"}}])",
         "nowhere"},
        {R"([{"location":{"display":"A"},"status":"active","period":{"start":"2030"}}])",
         "nowhere"},
        {R"([{"location":{"display":"A"},"status":"gone"}])", "nowhere"},
        {R"([{"location":{"display":"A"},"period":{"start":"2026-03-05"}},
             {"location":{"display":"B"},"period":{"start":"2026-03-01"}},
             {"location":{"display":"C"},"period":{"start":"2030-01-01"}},
             {"location":{"display":"D"}}])",
         "ABD"},
        {R"([{"location":{"display":"W"},"physicalType":{"coding":[{"code":"wa"}]}},
             {"location":{"display":"B"},"physicalType":{"coding":[{"code":"bd"}]}},
             {"location":{"display":"S"},"status":"active"},
             {"location":{"display":"R"},"physicalType":{"coding":[{"code":"ro"}]}}])",
         "BRSW"},
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
        {{R"("class":[{"code":"IMP"}])", "/class"},
         {R"("class":{"code":1})", "/class/code"},
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
          "/location/0/modifierExtension"},
         {R"("partOf":"x")", "/partOf"}});
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

TEST_CASE("encounter: where somebody is now is told by a place that can be read", "[fhir]") {
    const auto [locations, expected,
                problems] = GENERATE(table<std::string, std::string, std::size_t>({
        {R"([{"location":{"display":"A"},"status":7},{"location":{"display":"B"}}])", "B", 1},
        {R"([{"location":{"display":"A"},"status":7}])", "nowhere", 1},
        {R"([{"location":{"display":"A"},"period":"now"}])", "nowhere", 1},
        {R"([{"location":{"display":"A"},"period":{"end":"2026-03-01T10:00:00"}}])", "nowhere", 1},
        {R"([{"location":{"display":"A"},"period":{"start":"2026-03-01T10:00:00"}}])", "nowhere",
         1},
        {R"([{"location":{"display":"A"},"status":"active",)"
         R"("period":{"start":"2026-03-01T10:00:00"}}])",
         "A", 1},
        {R"([{"location":{"display":"A"},"status":"active","period":{"end":7}}])", "nowhere", 1},
        {R"([null,{"location":{"display":"B"}}])", "B", 1},
        {R"([{"status":"active"},{"location":{"display":"B"}}])", "B", 1},
        {R"([{"location":{"display":"A"},"modifierExtension":[{"url":"u"}]}])", "nowhere", 1},
    }));
    INFO(locations);
    const auto document =
        fhir::json::Document::parse(test::with(kMinimal, "\"location\":" + locations));
    fhir::json::Wanted wanted;

    const auto encounter = Encounter::fromJson(document.root(), wanted);
    const auto places =
        encounter.placesAt(fhir::DateTime::parse("2026-03-10T10:00:00Z").earliest());

    CHECK((places.empty() ? "nowhere" : places.front()->location.display.value_or("?")) ==
          expected);
    CHECK(wanted.problems().size() == problems);
}

TEST_CASE("encounter: what the product does not use is not read", "[fhir]") {
    fhir::json::Wanted wanted;
    const auto document = fhir::json::Document::parse(test::with(kMinimal, R"(
        "statusHistory": [{"status": "arrived"}], "classHistory": 7, "participant": [null],
        "hospitalization": "x", "type": {}, "identifier": false)"));

    CHECK(Encounter::fromJson(document.root(), wanted) == read<Encounter>(kMinimal));
    CHECK(wanted.problems().empty());
}

}  // namespace encounter_test
