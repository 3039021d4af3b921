#include "fhir/r4/task.h"

#include "tests/support/resource.h"

namespace task_test {

using fhir::Task;
using test::read;

namespace {

const std::string kMinimal = R"({"resourceType":"Task","status":"requested","intent":"proposal"})";

Task authored() {
    Task task;
    task.identifier = {{{}, "urn:ietf:rfc:3986", "urn:uuid:11111111-2222-4333-8444-555555555555"}};
    task.status = "requested";
    task.intent = "proposal";
    task.code = fhir::CodeableConcept{{}, "Ask again what matters"};
    task.description = "The words are nine days old";
    task.taskFor = fhir::Reference{"Patient/p-1", {}, {}};
    task.encounter = fhir::Reference{"Encounter/e-1", {}, {}};
    task.authoredOn = fhir::DateTime::parse("2026-03-07T08:15:00Z");
    task.owner = fhir::Reference{"CareTeam/t-1", {}, {}};
    return task;
}

}  // namespace

TEST_CASE("task: one of ours is written exactly so", "[fhir]") {
    CHECK(toJsonText(authored()) ==
          R"({"resourceType":"Task","identifier":[{"system":"urn:ietf:rfc:3986",)"
          R"("value":"urn:uuid:11111111-2222-4333-8444-555555555555"}],"status":"requested",)"
          R"("intent":"proposal","code":{"text":"Ask again what matters"},)"
          R"("description":"The words are nine days old",)"
          R"("for":{"reference":"Patient/p-1"},"encounter":{"reference":"Encounter/e-1"},)"
          R"("authoredOn":"2026-03-07T08:15:00Z",)"
          R"("owner":{"reference":"CareTeam/t-1"}})");
}

TEST_CASE("task: what is written reads the same again", "[fhir]") {
    auto task = authored();
    task.id = "t-1";
    task.meta = fhir::Meta{{}, {}, {}, {{"s", "R", {}}}, {}};
    task.language = "en";
    task.note = {{"x"}};
    const auto text = toJsonText(task);

    CHECK(toJsonText(read<Task>(text)) == text);
}

TEST_CASE("task: a minimal one is read", "[fhir]") {
    const auto task = read<Task>(kMinimal);

    CHECK(task.status == "requested");
    CHECK_FALSE(task.taskFor);
}

TEST_CASE("task: is not written without what R4 requires", "[fhir]") {
    auto withoutStatus = authored();
    withoutStatus.status.clear();
    auto withoutIntent = authored();
    withoutIntent.intent.clear();

    CHECK(test::thrown([&] { toJsonText(withoutStatus); }).path() == "/status");
    CHECK(test::thrown([&] { toJsonText(withoutIntent); }).path() == "/intent");
}

TEST_CASE("task: keeps every promise of a resource", "[fhir]") {
    test::checkHeader<Task>(kMinimal);
}

TEST_CASE("task: an element of the wrong type is named by its path", "[fhir]") {
    CHECK(test::thrown([] { read<Task>(R"({"resourceType":"Task","intent":"x"})"); }).path() ==
          "/status");
    CHECK(test::thrown([] { read<Task>(R"({"resourceType":"Task","status":"x"})"); }).path() ==
          "/intent");
    test::checkWrongTypes<Task>(kMinimal, {{R"("identifier":{})", "/identifier"},
                                           {R"("code":[])", "/code"},
                                           {R"("description":1)", "/description"},
                                           {R"("for":[])", "/for"},
                                           {R"("encounter":[])", "/encounter"},
                                           {R"("authoredOn":"x")", "/authoredOn"},
                                           {R"("owner":[])", "/owner"},
                                           {R"("note":{})", "/note"}});
}

}  // namespace task_test
