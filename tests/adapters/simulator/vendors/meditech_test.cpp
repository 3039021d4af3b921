// Facts: vendor facts, section 3.
#include "tests/adapters/simulator/vendor.h"

namespace meditech_test {

using test::Vendor;

TEST_CASE("meditech, 3: production knows encounters by id, patient and date alone",
          "[simulator][vendors]") {
    Vendor production("meditech");
    Vendor newer("meditech-stu6");
    const auto encounters = [](Vendor& vendor, const std::string& more) {
        return vendor.get("/Encounter?patient=" + vendor.patient() + more).status;
    };

    CHECK(encounters(production, "") == 200);
    CHECK(encounters(production, "&date=ge2026-01-01") == 200);
    for (const char* more : {"&status=in-progress", "&class=IMP", "&_count=5"}) {
        CHECK(encounters(production, more) == 400);
        CHECK(encounters(newer, more) == 200);
    }
    for (const char* more : {"&location=Location/1", "&_lastUpdated=ge2026-01-01"})
        CHECK(encounters(newer, more) == 400);
    CHECK(production.get("/Encounter?date=ge2026-01-01").status == 400);
}

TEST_CASE("meditech, 3: the version gap: production has no appointments, answers or messages",
          "[simulator][vendors]") {
    Vendor production("meditech");
    Vendor newer("meditech-stu6");

    for (const char* type : {"Appointment", "QuestionnaireResponse", "Communication"})
        CHECK(production.get(std::string("/") + type + "?_id=x").status == 404);
    CHECK(
        newer.search("/Appointment?date=2026-03-10&location=" + newer.ward.location).entry.size() ==
        20);
    CHECK(newer.post("/QuestionnaireResponse", test::answers(newer)).status == 201);
    CHECK(newer.offers("Communication", "create"));
    for (auto* vendor : {&production, &newer}) {
        CHECK_FALSE(vendor->offers("Observation", "create"));
        CHECK(vendor->get("/Flag?_id=x").status == 404);
        CHECK(vendor->get("/List?_id=x").status == 404);
        CHECK(vendor->get("/" + vendor->ward.group + "/$export", {{"Prefer", "respond-async"}})
                  .status == 202);
    }
}

TEST_CASE("meditech, 3: includes are written with a dot", "[simulator][vendors]") {
    Vendor newer("meditech-stu6");

    CHECK(newer.get("/metadata").body.find("\"Encounter.location\"") != std::string::npos);
}

TEST_CASE("meditech, 3: pages of 20 with a typed cursor, whose total is their own",
          "[simulator][vendors]") {
    Vendor newer("meditech-stu6");
    const std::string target = "/Appointment?date=2026-03-10&location=" + newer.ward.location;

    const auto next = newer.next(target);

    CHECK(next.starts_with("/Appointment?continue=LA."));
    CHECK(newer.read(target).root().at("total").integer() == 20);
    CHECK(newer.search(next).entry.size() == 4);
    CHECK(newer.read(next).root().at("total").integer() == 4);
}

TEST_CASE("meditech, 3: refusals are no OperationOutcome", "[simulator][vendors]") {
    Vendor meditech("meditech");
    for (const char* path : {"/Patient/nobody", "/Nothing", "/Encounter"}) {
        const auto response = meditech.get(path);
        CHECK(response.status >= 400);
        CHECK_THAT(response.body,
                   Catch::StartsWith(R"({"resource":"v1/resource/error/_version/1/","detail":")"));
    }
}

TEST_CASE(
    "meditech, 3: shapes: no meta, resourceType last, codings twice, typed references, "
    "offsets",
    "[simulator][vendors]") {
    Vendor meditech("meditech");
    const auto body = meditech.get("/Encounter?patient=" + meditech.patient()).body;

    CHECK_THAT(body, Catch::EndsWith(R"("resourceType":"Bundle"})"));
    CHECK_FALSE(body.starts_with(R"({"resourceType")"));
    const auto encounter = meditech.read("/" + meditech.encounter());
    CHECK_FALSE(encounter.root().find("meta"));
    CHECK(encounter.root().at("subject").at("type").text() == "Patient");
    CHECK_THAT(encounter.root().at("period").at("start").string(), Catch::EndsWith("+00:00"));
    CHECK(encounter.root().at("class").at("code").text() == "IMP");  // v3 ActCode
    const auto said =
        meditech.search("/Observation?patient=" + meditech.patient()).entry.at(0).resource;
    CHECK(said.at("code").at("coding").size() == 4);
    const auto relatives =
        meditech.search("/RelatedPerson?patient=" + meditech.ward.patients.at(3));
    REQUIRE(!relatives.entry.empty());
    CHECK(relatives.entry.at(0).resource.at("relationship").toJson() == R"([{"text":"Family"}])");
}

}  // namespace meditech_test
