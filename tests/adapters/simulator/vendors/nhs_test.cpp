// Facts: vendor facts, section 6.
#include "tests/adapters/simulator/vendor.h"

namespace nhs_test {

using test::Vendor;

TEST_CASE("nhs, 6: GP Connect is STU3, wants its headers and has nothing to list or write",
          "[simulator][vendors]") {
    Vendor nhs("nhs");
    const fhir::Headers spine{
        {"Ssp-TraceID", "1"}, {"Ssp-From", "2"}, {"Ssp-To", "3"}, {"Ssp-InteractionID", "4"}};

    CHECK(nhs.get("/metadata").body.find("\"fhirVersion\":\"3.0.1\"") != std::string::npos);
    const auto bare = nhs.get("/" + nhs.patient());
    CHECK(bare.status == 400);
    CHECK(bare.body.find("Spine-ErrorOrWarningCode-1") != std::string::npos);
    CHECK(nhs.get("/" + nhs.patient(), spine).status == 200);
    for (const char* type : {"Encounter", "Observation", "Flag", "List"})
        CHECK(nhs.get(std::string("/") + type, spine).status == 404);
    auto xml = spine;
    xml.set("Accept", "application/fhir+xml");
    CHECK(nhs.get("/" + nhs.patient(), xml).status == 415);
}

}  // namespace nhs_test
