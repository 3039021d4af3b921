// Facts: vendor facts, sections 10 (OpenEMR), 11 (OpenMRS) and 12 (Medplum).
#include "tests/adapters/simulator/vendor.h"

namespace open_source_test {

using test::changed;
using test::Vendor;

TEST_CASE("openemr, 10: patients' encounters are read, nothing clinical is written",
          "[simulator][vendors]") {
    Vendor openemr("openemr");

    CHECK(openemr.get("/Encounter?location=" + openemr.ward.location).status == 400);
    CHECK(openemr.search("/Encounter?patient=" + openemr.patient()).entry.size() == 1);
    CHECK_FALSE(openemr.offers("Observation", "create"));
    CHECK(openemr.search("/Observation?patient=" + openemr.patient()).entry.size() == 3);
    CHECK(openemr.get("/Flag?_id=x").status == 404);
    for (const auto& level : {std::string(""), std::string("/Patient"), "/" + openemr.ward.group})
        CHECK(openemr.get(level + "/$export", {{"Prefer", "respond-async"}}).status == 202);
}

TEST_CASE("openmrs, 11: a ward is listed by its place; status and class are unknown",
          "[simulator][vendors]") {
    Vendor openmrs("openmrs");
    const auto entry = openmrs.search("/Encounter?patient=" + openmrs.patient()).entry.at(0);
    std::string bed;
    for (const auto place : entry.resource.findArray("location"))
        bed = place.at("location").at("reference").string();

    CHECK(openmrs.search("/Encounter?location=" + bed).entry.size() >= 1);
    CHECK(openmrs.search("/Encounter?participant=" + openmrs.ward.practitioner + "&_count=50")
              .entry.size() >= 6);
    CHECK(openmrs.get("/Encounter?status=in-progress").status == 400);
    CHECK(openmrs.get("/Encounter?class=IMP").status == 400);
    CHECK(openmrs.search("/Patient").entry.size() == 10);                  // default page
    CHECK(openmrs.search("/Observation?_count=500").entry.size() <= 100);  // most
}

TEST_CASE("openmrs, 11: the code must be a Concept, the category is that of its class",
          "[simulator][vendors]") {
    Vendor openmrs("openmrs");
    const auto good =
        test::observation(openmrs, openmrs.encounter(), "http://loinc.org|95541-9", "survey");

    const auto surveys = [&] {
        return openmrs.search("/Observation?category=survey&patient=" + openmrs.patient())
            .entry.size();
    };
    const auto before = surveys();

    const auto response = openmrs.post("/Observation", good);

    REQUIRE(response.status == 201);
    CHECK(response.body.find("\"code\":\"exam\"") != std::string::npos);
    CHECK(response.body.find("\"code\":\"survey\"") == std::string::npos);
    CHECK(surveys() == before);  // what was written is not found by its own category
    CHECK(openmrs.post("/Observation", changed(good, "95541-9", "81363-4")).status == 400);
    CHECK(openmrs.post("/Observation", good, {{"If-None-Exist", "code=95541-9"}}).status == 201);
}

TEST_CASE("openmrs, 11: tasks take the place of flags, much else is not there",
          "[simulator][vendors]") {
    Vendor openmrs("openmrs");

    CHECK(openmrs.offers("Task", "create"));
    CHECK(openmrs.offers("Group", "read"));
    for (const char* type :
         {"Flag", "List", "Communication", "DocumentReference", "QuestionnaireResponse"})
        CHECK(openmrs.get(std::string("/") + type + "?_id=x").status == 404);
}

TEST_CASE("medplum, 12: it says how much may still be asked, and knows typed references alone",
          "[simulator][vendors]") {
    Vendor medplum("medplum");
    const auto id = medplum.patient().substr(medplum.patient().find('/') + 1);

    CHECK_THAT(medplum.get("/metadata").headers.find("RateLimit").value_or(""),
               Catch::StartsWith("\"requests\";r="));
    CHECK(medplum.search("/Encounter?subject=Patient/" + id).entry.size() == 1);
    CHECK(medplum.search("/Encounter?subject=" + id).entry.empty());
    CHECK(medplum.offers("Flag", "create"));
}

}  // namespace open_source_test
