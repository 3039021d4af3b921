#include "adapters/encounter_class.h"

#include "tests/support/hospital_fixture.h"

namespace encounter_class_test {

TEST_CASE("encounter class: a local code becomes what it means", "[adapters]") {
    const auto [system, code, expected] = GENERATE(table<std::string, std::string, std::string>({
        {"urn:oid:1.2", "13", "IMP"},
        {"urn:oid:9.9", "13", "AMB"},
        {"urn:oid:1.2", "14", "14"},
        {adapters::kActCode, "EMER", "EMER"},
    }));
    auto profile = adapters::vendorProfile("generic");
    profile.encounterClasses = {{"urn:oid:1.2|13", "IMP"}, {"13", "AMB"}};
    fhir::Encounter encounter;
    encounter.encounterClass = fhir::Coding{system, code, {}};

    adapters::mapClass(encounter, profile);

    CHECK(encounter.encounterClass->code == expected);
    CHECK(encounter.encounterClass->system ==
          (expected == code ? system : std::string(adapters::kActCode)));
}

TEST_CASE("encounter class: none is left as none", "[adapters]") {
    fhir::Encounter encounter;

    adapters::mapClass(encounter, adapters::vendorProfile("generic"));

    CHECK(!encounter.encounterClass);
}

}  // namespace encounter_class_test
