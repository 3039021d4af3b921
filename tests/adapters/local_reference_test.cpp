#include "adapters/local_reference.h"

#include "tests/support/hospital_fixture.h"

namespace local_reference_test {

TEST_CASE("local reference: a server may name itself in other ways", "[adapters]") {
    const auto [text, expected] = GENERATE(table<std::string, std::string>({
        {"Patient/1", "1"},
        {"Patient/1/_history/3", "1"},
        {"http://ehr.example/fhir/Patient/1", "1"},
        {"HTTP://EHR.Example:80/fhir/Patient/1/_history/3", "1"},
        {"http://internal:8080/r4/Patient/1", "1"},
        {"http://Internal:8080/r4/Patient/1/_history/3", "1"},
        {"http://proxy.example/fhir/Patient/1", "1"},
        {"http://ehr.example/FHIR/Patient/1", ""},
        {"https://ehr.example/fhir/Patient/1", ""},
        {"http://internal:8080/fhir/Patient/1", ""},
        {"http://internal:8081/r4/Patient/1", ""},
        {"http://internal:8080/r4x/Patient/1", ""},
        {"http://internal:8080/r4/Practitioner/1", ""},
        {"http://ehr.example/fhir/Patient/1#p", ""},
        {"http://ehr.example/fhir/Patient/1?x=y", ""},
        {"http://other.example/fhir/Patient/1", ""},
        {"http://nurse@ehr.example/fhir/Patient/1", ""},
        {"x://ehr.example/fhir/Patient/1", ""},
        {"#Patient/1", ""},
        {"", ""},
    }));
    fhir::ClientOptions server;
    server.base = test::kBase;
    server.aliases = {fhir::Url::parse("http://internal:8080/r4"),
                      fhir::Url::parse("http://proxy.example")};

    INFO(text);
    CHECK(adapters::localId({text, {}, {}}, "Patient", server).value_or("") == expected);
    CHECK(adapters::localId({{}, "Patient", "Somebody"}, "Patient", server) == std::nullopt);
}

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

}  // namespace local_reference_test
