#include "adapters/simulator/validation.h"

#include "tests/adapters/simulator/requests.h"

namespace validation_test {

using adapters::simulator::Simulator;
using test::ask;
using test::options;

namespace {

const std::string kGood = R"({"resourceType":"Observation","status":"final","code":{"coding":[
    {"system":"http://loinc.org","code":"95541-9"}]},"subject":{"reference":"Patient/patient-1"},
    "encounter":{"reference":"Encounter/stay-1"},"valueString":"words"})";

std::string changed(const std::string& from, const std::string& to) {
    auto text = kGood;
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("simulator validation: a right resource passes", "[simulator]") {
    Simulator simulator(options(1));
    for (const auto& body :
         {kGood, changed("\"Patient/patient-1\"", "\"http://ehr.example/fhir/Patient/patient-1\""),
          changed("\"valueString\":\"words\"", R"("valueString":"w","_valueString":{"extension":[
              {"url":"http://hl7.org/fhir/StructureDefinition/language","valueCode":"nb"}]})"),
          changed("\"valueString\":\"words\"", R"("dataAbsentReason":{"text":"declined"})")}) {
        const auto response = ask(simulator, "POST", "/Observation", body);
        INFO(response.body);
        CHECK(response.status == 201);
    }
}

TEST_CASE("simulator validation: what a server would refuse is refused", "[simulator]") {
    Simulator simulator(options(1));
    const auto [from, to, status,
                expression] = GENERATE(table<std::string, std::string, int, std::string>({
        {"{\"resourceType\"", "[{\"resourceType\"", 400, ""},
        {kGood, "", 400, ""},
        {kGood, "7", 400, "Observation"},
        {kGood, "[]", 400, "Observation"},
        {"\"Observation\"", "\"Flag\"", 400, "Observation"},
        {"\"resourceType\":\"Observation\",", "", 400, "Observation"},
        {"\"words\"", "\"\"", 400, "Observation.valueString"},
        {"\"words\"", "null", 400, "Observation.valueString"},
        {"\"valueString\":\"words\"", "\"note\":[]", 400, "Observation.note"},
        {"\"status\":\"final\",", "", 422, "Observation.status"},
        {"\"final\"", "\"done\"", 422, "Observation.status"},
        {"\"code\":{", "\"note\":[{\"text\":\"x\"}],\"kode\":{", 422, "Observation.kode"},
        {"\"subject\":{\"reference\":\"Patient/patient-1\"},", "", 422, "Observation.subject"},
        {"\"words\"", "7", 422, "Observation"},
        {"\"valueString\"", "\"effectiveDateTime\":\"today\",\"valueString\"", 422, "Observation"},
        {"Patient/patient-1", "Patient/nobody", 422, "Observation.subject.reference"},
        {"Patient/patient-1", "Organization/ward-7-team", 422, "Observation.subject"},
        {"Patient/patient-1", "#patient-1", 422, "Observation.subject"},
        {"Patient/patient-1", "http://other.example/fhir/Patient/patient-1", 422,
         "Observation.subject"},
        {"Encounter/stay-1", "Encounter/nothing", 422, "Observation.encounter.reference"},
        {"\"valueString\"", R"("performer":[{"reference":"Patient/no"}],"valueString")", 422,
         "Observation.performer.reference"},
        {"\"valueString\"", R"("derivedFrom":[{"reference":"Observation/no"}],"valueString")", 422,
         "Observation.derivedFrom.reference"},
        {"\"valueString\"", R"("dataAbsentReason":{"text":"x"},"valueString")", 422,
         "Observation.dataAbsentReason"},
        {"\"valueString\"", R"("valueBoolean":true,"valueString")", 422, "Observation.value"},
    }));
    CAPTURE(from, to);

    const auto response = ask(simulator, "POST", "/Observation", changed(from, to));

    CHECK(response.status == status);
    const auto document = fhir::json::Document::parse(response.body);
    const auto issue = *document.root().at("issue").array().begin();
    CHECK(issue.at("severity").text() == "error");
    if (!expression.empty()) CHECK((*issue.at("expression").array().begin()).text() == expression);
    CHECK(test::get(simulator, "/Observation?status=final&_lastUpdated=ge2026-03-10")
              .body.find("\"total\":0") != std::string::npos);
}

TEST_CASE("simulator validation: a flag's rules", "[simulator]") {
    Simulator simulator(options(1));
    const auto status = [&](const std::string& code, const std::string& subject) {
        return ask(simulator, "POST", "/Flag",
                   R"({"resourceType":"Flag","status":")" + code +
                       R"(","code":{"text":"x"},"subject":{"reference":")" + subject + R"("}})")
            .status;
    };

    CHECK(status("active", "Organization/ward-7-team") == 201);
    CHECK(status("active", "Location/ward-7") == 201);
    CHECK(status("active", "Patient/patient-1") == 201);  // FHIR allows it; our product does not
    CHECK(status("final", "Organization/ward-7-team") == 422);
    CHECK(status("active", "Encounter/stay-1") == 422);
    CHECK(status("active", "Organization/nobody") == 422);
}

}  // namespace validation_test
