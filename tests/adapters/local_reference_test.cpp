#include "adapters/local_reference.h"

#include "tests/adapters/hospital.h"

TEST_CASE("local reference: only this server's own resource of the type counts", "[adapters]") {
    const auto [text, expected] = GENERATE(table<std::string, std::string>({
        {"Patient/1", "1"},
        {"Patient/1/_history/3", "1"},
        {"http://ehr.example/fhir/Patient/1", "1"},
        {"http://ehr.example/fhir/Patient/1/_history/3", "1"},
        {"http://other.example/fhir/Patient/1", ""},
        {"http://ehr.example/fhirother/Patient/1", ""},
        {"http://ehr.example/Patient/1", ""},
        {"Practitioner/1", ""},
        {"#Patient/1", ""},
        {"urn:uuid:3f0c6f52-0c7e-4f1c-9d55-7f4f3f9f2a10", ""},
        {"x/Patient/1", ""},
        {"Patient/1/2", ""},
        {"Patient/", ""},
        {"Patient", ""},
        {"", ""},
    }));

    const auto id = adapters::localId({text, {}, {}}, "Patient", test::kBase);

    CHECK(id.value_or("") == expected);
    CHECK(adapters::localId({{}, "Patient", "Somebody"}, "Patient", test::kBase) == std::nullopt);
}
