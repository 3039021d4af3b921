#include "fhir/r4/task.h"

#include "tests/support/resource.h"

namespace task_test {

using fhir::Task;
using fhir::TypedValue;
using test::read;

namespace {

const std::string kMinimal = R"({"resourceType":"Task","status":"requested","intent":"proposal"})";

Task authored() {
    Task task;
    task.identifier = {{{}, "urn:ietf:rfc:3986", "urn:uuid:11111111-2222-4333-8444-555555555555"}};
    task.status = "requested";
    task.intent = "proposal";
    task.priority = "routine";
    task.code = fhir::CodeableConcept{{}, "Ask again what matters"};
    task.description = "The words are nine days old";
    task.focus = fhir::Reference{"Observation/o-1", {}, {}};
    task.taskFor = fhir::Reference{"Patient/p-1", {}, {}};
    task.encounter = fhir::Reference{"Encounter/e-1", {}, {}};
    task.authoredOn = fhir::DateTime::parse("2026-03-07T08:15:00Z");
    task.requester = fhir::Reference{"Device/w", {}, {}};
    task.owner = fhir::Reference{"CareTeam/t-1", {}, {}};
    task.input = {{{{}, "words"}, TypedValue::ofString("Ku arko wiilkayga")}};
    return task;
}

}  // namespace

TEST_CASE("task: one of ours is written exactly so", "[fhir]") {
    CHECK(toJsonText(authored()) ==
          R"({"resourceType":"Task","identifier":[{"system":"urn:ietf:rfc:3986",)"
          R"("value":"urn:uuid:11111111-2222-4333-8444-555555555555"}],"status":"requested",)"
          R"("intent":"proposal","priority":"routine","code":{"text":"Ask again what matters"},)"
          R"("description":"The words are nine days old","focus":{"reference":"Observation/o-1"},)"
          R"("for":{"reference":"Patient/p-1"},"encounter":{"reference":"Encounter/e-1"},)"
          R"("authoredOn":"2026-03-07T08:15:00Z","requester":{"reference":"Device/w"},)"
          R"("owner":{"reference":"CareTeam/t-1"},)"
          R"("input":[{"type":{"text":"words"},"valueString":"Ku arko wiilkayga"}]})");
}

TEST_CASE("task: what is written reads the same again", "[fhir]") {
    auto task = authored();
    task.id = "t-1";
    task.meta = fhir::Meta{{}, {}, {}, {{"s", "R", {}}}, {}};
    task.language = "en";
    task.basedOn = {{"ServiceRequest/s", {}, {}}};
    task.partOf = {{"Task/t-0", {}, {}}};
    task.statusReason = fhir::CodeableConcept{{}, "waiting"};
    task.executionPeriod = fhir::Period{fhir::DateTime::parse("2026-03"), {}};
    task.lastModified = fhir::DateTime::parse("2026-03-08");
    task.reasonCode = fhir::CodeableConcept{{}, "age"};
    task.note = {{{}, "x"}};
    task.output = {{{{}, "answer"}, TypedValue{"Boolean", true}}};
    const auto text = toJsonText(task);

    CHECK(toJsonText(read<Task>(text)) == text);
}

TEST_CASE("task: a minimal one is read", "[fhir]") {
    const auto task = read<Task>(kMinimal);

    CHECK(task.status == "requested");
    CHECK_FALSE(task.taskFor);
    CHECK(task.input.empty());
}

TEST_CASE("task: an input of a type that is not known is left out", "[fhir]") {
    const auto task = read<Task>(test::with(
        kMinimal, R"("input":[{"type":{},"valueAddress":{}},{"type":{},"valueBoolean":true}])"));

    CHECK(task.input.size() == 1);
}

TEST_CASE("task: is not written without what R4 requires", "[fhir]") {
    auto withoutStatus = authored();
    withoutStatus.status.clear();
    auto withoutIntent = authored();
    withoutIntent.intent.clear();
    auto withoutType = authored();
    withoutType.input[0].type = {};

    CHECK(test::thrown([&] { toJsonText(withoutStatus); }).path() == "/status");
    CHECK(test::thrown([&] { toJsonText(withoutIntent); }).path() == "/intent");
    CHECK(test::thrown([&] { toJsonText(withoutType); }).path() == "/input/0/type");
}

TEST_CASE("task: keeps every promise of a resource", "[fhir]") {
    test::checkHeader<Task>(kMinimal);
}

TEST_CASE("task: an element of the wrong type is named by its path", "[fhir]") {
    CHECK(test::thrown([] { read<Task>(R"({"resourceType":"Task","intent":"x"})"); }).path() ==
          "/status");
    CHECK(test::thrown([] { read<Task>(R"({"resourceType":"Task","status":"x"})"); }).path() ==
          "/intent");
    test::checkWrongTypes<Task>(
        kMinimal,
        {{R"("identifier":{})", "/identifier"},
         {R"("basedOn":{})", "/basedOn"},
         {R"("partOf":{})", "/partOf"},
         {R"("statusReason":[])", "/statusReason"},
         {R"("priority":1)", "/priority"},
         {R"("code":[])", "/code"},
         {R"("description":1)", "/description"},
         {R"("focus":[])", "/focus"},
         {R"("for":[])", "/for"},
         {R"("encounter":[])", "/encounter"},
         {R"("executionPeriod":{"start":"x"})", "/executionPeriod/start"},
         {R"("authoredOn":"x")", "/authoredOn"},
         {R"("lastModified":"x")", "/lastModified"},
         {R"("requester":[])", "/requester"},
         {R"("owner":[])", "/owner"},
         {R"("reasonCode":[])", "/reasonCode"},
         {R"("note":{})", "/note"},
         {R"("input":[{"valueString":"x"}])", "/input/0/type"},
         {R"("input":[{"type":{},"valueString":1}])", "/input/0/valueString"},
         {R"("output":[{"modifierExtension":[{"url":"u"}]}])", "/output/0/modifierExtension"}});
}

}  // namespace task_test
