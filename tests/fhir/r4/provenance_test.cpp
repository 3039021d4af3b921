#include "fhir/r4/provenance.h"

#include "tests/support/resource.h"

namespace r4_provenance_test {

using fhir::Provenance;
using test::read;

namespace {

const std::string kMinimal = R"({"resourceType":"Provenance"})";

Provenance authored() {
    Provenance provenance;
    provenance.target = {{"Observation/o-1", {}, {}}};
    provenance.occurredDateTime = fhir::DateTime::parse("2026-03-07");
    provenance.recorded = fhir::DateTime::parse("2026-03-07T08:15:00.250Z");
    provenance.activity = fhir::CodeableConcept{
        {{"http://terminology.hl7.org/CodeSystem/v3-DataOperation", "CREATE", {}}}, {}};
    const auto type = [](const char* code) {
        return fhir::CodeableConcept{
            {{"http://terminology.hl7.org/CodeSystem/provenance-participant-type", code, {}}}, {}};
    };
    provenance.agent = {{type("author"), {}, {"Patient/p-1", {}, {}}, {}},
                        {type("enterer"),
                         {},
                         {"Practitioner/n-1", {}, {}},
                         fhir::Reference{"Organization/o-1", {}, {}}}};
    provenance.entity = {{"revision", {"Observation/o-0", {}, {}}}};
    return provenance;
}

}  // namespace

TEST_CASE("provenance: one of ours is written exactly so", "[fhir]") {
    const std::string system =
        R"("system":"http://terminology.hl7.org/CodeSystem/provenance-participant-type")";

    CHECK(toJsonText(authored()) ==
          R"({"resourceType":"Provenance","target":[{"reference":"Observation/o-1"}],)"
          R"("occurredDateTime":"2026-03-07","recorded":"2026-03-07T08:15:00.250Z",)"
          R"("activity":{"coding":[{"system":)"
          R"("http://terminology.hl7.org/CodeSystem/v3-DataOperation","code":"CREATE"}]},)"
          R"("agent":[{"type":{"coding":[{)" +
              system +
              R"(,"code":"author"}]},"who":{"reference":"Patient/p-1"}},)"
              R"({"type":{"coding":[{)" +
              system +
              R"(,"code":"enterer"}]},"who":{"reference":"Practitioner/n-1"},)"
              R"("onBehalfOf":{"reference":"Organization/o-1"}}],)"
              R"("entity":[{"role":"revision","what":{"reference":"Observation/o-0"}}]})");
}

TEST_CASE("provenance: what is written reads the same again", "[fhir]") {
    auto provenance = authored();
    provenance.id = "pr-1";
    provenance.meta = fhir::Meta{{}, {}, {}, {{"s", "R", {}}}, {}};
    provenance.policy = {"http://example.org/policy"};
    provenance.location = fhir::Reference{"Location/l-1", {}, {}};
    provenance.reason = {{{}, "care"}};
    provenance.agent[0].role = {{{}, "speaker"}};
    const auto text = toJsonText(provenance);

    CHECK(toJsonText(read<Provenance>(text)) == text);
}

TEST_CASE("provenance: a minimal one and one of a period are read", "[fhir]") {
    CHECK(read<Provenance>(kMinimal).agent.empty());
    CHECK_FALSE(read<Provenance>(kMinimal).occurredDateTime);
    CHECK(read<Provenance>(test::with(kMinimal, R"("occurredPeriod":{"start":"2026-03"})"))
              .occurredDateTime->text() == "2026-03");
}

TEST_CASE("provenance: is not written without what R4 requires", "[fhir]") {
    const auto pathWithout = [](void (*take)(Provenance&)) {
        auto provenance = authored();
        take(provenance);
        return test::thrown([&] { toJsonText(provenance); }).path();
    };

    CHECK(pathWithout([](Provenance& p) { p.target.clear(); }) == "/target");
    CHECK(pathWithout([](Provenance& p) { p.recorded.reset(); }) == "/recorded");
    CHECK(pathWithout([](Provenance& p) { p.agent.clear(); }) == "/agent");
    CHECK(pathWithout([](Provenance& p) { p.agent[1].who = {}; }) == "/agent/1/who");
    CHECK(pathWithout([](Provenance& p) { p.entity[0].role.clear(); }) == "/entity/0/role");
}

TEST_CASE("provenance: keeps every promise of a resource", "[fhir]") {
    test::checkHeader<Provenance>(kMinimal);
}

TEST_CASE("provenance: an element of the wrong type is named by its path", "[fhir]") {
    test::checkWrongTypes<Provenance>(
        kMinimal,
        {{R"("target":{})", "/target"},
         {R"("occurredDateTime":"x")", "/occurredDateTime"},
         {R"("occurredPeriod":{"start":"x"})", "/occurredPeriod/start"},
         {R"("recorded":"x")", "/recorded"},
         {R"("policy":[1])", "/policy/0"},
         {R"("location":[])", "/location"},
         {R"("reason":{})", "/reason"},
         {R"("activity":[])", "/activity"},
         {R"("agent":[{}])", "/agent/0/who"},
         {R"("agent":[{"who":{},"role":{}}])", "/agent/0/role"},
         {R"("agent":[{"who":{},"onBehalfOf":1}])", "/agent/0/onBehalfOf"},
         {R"("agent":[{"modifierExtension":[{"url":"u"}]}])", "/agent/0/modifierExtension"},
         {R"("entity":[{"what":{}}])", "/entity/0/role"},
         {R"("entity":[{"role":"x"}])", "/entity/0/what"}});
}

}  // namespace r4_provenance_test
