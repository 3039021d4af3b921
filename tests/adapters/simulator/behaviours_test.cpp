#include "adapters/simulator/behaviour.h"

#include "tests/adapters/simulator/vendor.h"

namespace behaviours_test {

using adapters::simulator::behaviour;
using adapters::simulator::behaviours;
using test::Vendor;

TEST_CASE("behaviours: every vendor of the design has one, and no other is known",
          "[simulator][vendors]") {
    const auto all = behaviours();

    for (const char* vendor : {"epic", "oracle-health", "meditech", "meditech-stu6", "athenahealth",
                               "eclinicalworks", "nextgen", "intersystems", "openemr", "openmrs",
                               "medplum", "azure", "google", "healthlake", "generic", "nhs"})
        CHECK(std::find(all.begin(), all.end(), vendor) != all.end());
    CHECK(all.size() == 16);
    const auto error = test::thrown([] { behaviour("nobody"); });
    CHECK_THAT(error.what(), Catch::Contains("\"nobody\"") && Catch::Contains("openmrs"));
}

TEST_CASE("behaviours: no two people, places or stays have the same id", "[simulator][vendors]") {
    const auto vendor = GENERATE(from_range(behaviours()));
    CAPTURE(vendor);
    auto ids = Vendor(std::string(vendor), 300).ward.patients;

    std::sort(ids.begin(), ids.end());

    CHECK(ids.size() == 40);
    CHECK(std::unique(ids.begin(), ids.end()) == ids.end());
    for (const auto& id : ids) CHECK(fhir::isId(id.substr(id.find('/') + 1)));
}

TEST_CASE("behaviours: what /metadata says of a type is what it does", "[simulator][vendors]") {
    const auto vendor = GENERATE(from_range(behaviours()));
    CAPTURE(vendor);
    Vendor server(std::string(vendor), 1);
    if (vendor == "nhs") return;  // has none
    const fhir::Headers practice{{"ah-practice", "Organization/a-1.Practice-195900"}};
    const auto document = fhir::json::Document::parse(server.get("/metadata", practice).body);

    const auto statement = fhir::CapabilityStatement::fromJson(document.root());
    for (const auto& resource : statement.resource) {
        CAPTURE(resource.type);
        const auto creates = server.post("/" + resource.type, "{}", practice).status;
        const auto updates = server.put("/" + resource.type + "/1", "{}", practice).status;
        CHECK((creates == 405) != statement.supports(resource.type, "create"));
        CHECK((updates == 405) != statement.supports(resource.type, "update"));
    }
}

}  // namespace behaviours_test
