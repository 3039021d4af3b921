#include "fhir/r4/goal.h"

#include "tests/support/resource.h"

namespace goal_test {

using fhir::Goal;
using test::read;

namespace {

const std::string kMinimal =
    R"({"resourceType":"Goal","lifecycleStatus":"active","description":{"text":"Walk"},)"
    R"("subject":{"reference":"Patient/p-1"}})";

}  // namespace

TEST_CASE("goal: a full one is read", "[fhir]") {
    const auto goal = read<Goal>(R"({
        "resourceType": "Goal", "id": "g-1", "language": "el", "meta": {"versionId": "2"},
        "identifier": [{"value": "made-up"}], "lifecycleStatus": "active",
        "achievementStatus": {"text": "improving"}, "category": [{"text": "personal"}],
        "description": {"text": "Να χορέψω στον γάμο της εγγονής μου"},
        "subject": {"reference": "Patient/p-1"}, "startDate": "2026-03", "statusDate": "2026-03-02",
        "target": [{"measure": {"text": "Steps"}, "detailString": "to the garden",
                    "dueDate": "2026-06"}],
        "expressedBy": {"reference": "Patient/p-1"}, "note": [{"text": "Said twice"}]})");

    CHECK(goal.id == "g-1");
    CHECK(goal.language == "el");
    CHECK(goal.meta->versionId == "2");
    CHECK(goal.identifier.at(0).value == "made-up");
    CHECK(goal.lifecycleStatus == "active");
    CHECK(goal.achievementStatus->label() == "improving");
    CHECK(goal.category.at(0).label() == "personal");
    CHECK(goal.description.text == "Να χορέψω στον γάμο της εγγονής μου");
    CHECK(goal.subject.relative() == "Patient/p-1");
    CHECK(goal.startDate->text() == "2026-03");
    CHECK(goal.statusDate->text() == "2026-03-02");
    REQUIRE(goal.target.size() == 1);
    CHECK(goal.target[0].measure->label() == "Steps");
    CHECK(goal.target[0].detailString == "to the garden");
    CHECK(goal.target[0].dueDate->text() == "2026-06");
    CHECK(goal.expressedBy->relative() == "Patient/p-1");
    CHECK(goal.note.at(0).text == "Said twice");
}

TEST_CASE("goal: a minimal one is read", "[fhir]") {
    const auto goal = read<Goal>(kMinimal);

    CHECK_FALSE(goal.startDate);
    CHECK_FALSE(goal.expressedBy);
    CHECK(goal.target.empty());
}

TEST_CASE("goal: keeps every promise of a resource", "[fhir]") {
    test::checkHeader<Goal>(kMinimal);
}

TEST_CASE("goal: an element of the wrong type is named by its path", "[fhir]") {
    const auto pathOf = [](const std::string& text) {
        return test::thrown([&] { read<Goal>(text); }).path();
    };
    CHECK(pathOf(R"({"resourceType":"Goal","description":{},"subject":{}})") == "/lifecycleStatus");
    CHECK(pathOf(R"({"resourceType":"Goal","lifecycleStatus":"a","subject":{}})") ==
          "/description");
    CHECK(pathOf(R"({"resourceType":"Goal","lifecycleStatus":"a","description":{}})") ==
          "/subject");
    test::checkWrongTypes<Goal>(
        kMinimal,
        {{R"("identifier":{})", "/identifier"},
         {R"("achievementStatus":"x")", "/achievementStatus"},
         {R"("category":{})", "/category"},
         {R"("startDate":"soon")", "/startDate"},
         {R"("statusDate":1)", "/statusDate"},
         {R"("target":{})", "/target"},
         {R"("target":[{"dueDate":"?"}])", "/target/0/dueDate"},
         {R"("target":[{"measure":1}])", "/target/0/measure"},
         {R"("target":[{"detailString":1}])", "/target/0/detailString"},
         {R"("target":[{"modifierExtension":[{"url":"u"}]}])", "/target/0/modifierExtension"},
         {R"("expressedBy":[])", "/expressedBy"},
         {R"("note":[{}])", "/note/0/text"}});
}

}  // namespace goal_test
