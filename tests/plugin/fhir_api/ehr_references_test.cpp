#include "plugin/fhir_api/ehr_references.h"

namespace ehr_references_test {

using fhir::json::Document;

namespace {

std::string rewritten(const std::string& json, const std::string& base = "https://ehr.example/R4") {
    return plugin::fhir_api::withEhrReferences(
        Document::parse(json).root(), fhir::Url::parse(base),
        [](const std::string& reference) { return reference == "Observation/here"; });
}

}  // namespace

TEST_CASE("companion references: what is on the EHR is named by its address there", "[companion]") {
    const auto base =
        GENERATE(as<std::string>(), "https://ehr.example/R4", "https://ehr.example/R4/");

    CHECK(rewritten(R"({"subject":{"reference":"Patient/2","display":"Ada"},)"
                    R"("performer":[{"reference":"Practitioner/p_1"}]})",
                    base) ==
          R"({"subject":{"reference":"https://ehr.example/R4/Patient/2","display":"Ada"},)"
          R"("performer":[{"reference":"https://ehr.example/R4/Practitioner/p_1"}]})");
}

TEST_CASE("companion references: what is here, inside, elsewhere or no reference stays",
          "[companion]") {
    const auto json = GENERATE(
        as<std::string>(), R"({"derivedFrom":[{"reference":"Observation/here"}]})",
        R"({"subject":{"reference":"#p"}})", R"({"subject":{"reference":"urn:uuid:7"}})",
        R"({"subject":{"reference":"https://other.example/Patient/2"}})",
        R"({"subject":{"identifier":{"value":"Patient/2"}}})", R"({"reference":7,"n":1.50})",
        R"({"valueString":"Patient/2","note":[{"text":"reference"}]})");

    CHECK(rewritten(json) == json);
}

}  // namespace ehr_references_test
