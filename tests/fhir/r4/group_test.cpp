#include "fhir/r4/group.h"

#include "tests/support/resource.h"

namespace group_test {

using fhir::Group;
using test::read;

namespace {

const std::string kMinimal = R"({"resourceType":"Group","type":"person"})";

}  // namespace

TEST_CASE("group: a full one is read", "[fhir]") {
    const auto group = read<Group>(R"({
        "resourceType": "Group", "id": "g-1", "identifier": [{"value": "ward-7"}],
        "active": true, "type": "person", "actual": true, "code": {"text": "In-patients"},
        "name": "Ward 7", "quantity": 2, "managingEntity": {"reference": "Organization/o-1"},
        "member": [{"entity": {"reference": "Patient/p-1"}, "period": {"start": "2026-03-01"}},
                   {"entity": {"reference": "Patient/p-2"}, "inactive": true}]})");

    CHECK(group.id == "g-1");
    CHECK(group.identifier.at(0).value == "ward-7");
    CHECK(group.active == true);
    CHECK(group.type == "person");
    CHECK(group.actual);
    CHECK(group.code->label() == "In-patients");
    CHECK(group.name == "Ward 7");
    CHECK(group.quantity == 2);
    CHECK(group.managingEntity->relative() == "Organization/o-1");
    REQUIRE(group.member.size() == 2);
    CHECK(group.member[0].entity.relative() == "Patient/p-1");
    CHECK(group.member[0].period->start->text() == "2026-03-01");
    CHECK_FALSE(group.member[0].inactive);
    CHECK(group.member[1].inactive);
}

TEST_CASE("group: a minimal one is read", "[fhir]") {
    const auto group = read<Group>(kMinimal);

    CHECK_FALSE(group.actual);
    CHECK_FALSE(group.active);
    CHECK(group.member.empty());
}

TEST_CASE("group: keeps every promise of a resource", "[fhir]") {
    test::checkHeader<Group>(kMinimal);
}

TEST_CASE("group: an element of the wrong type is named by its path", "[fhir]") {
    CHECK(test::thrown([] { read<Group>(R"({"resourceType":"Group"})"); }).path() == "/type");
    test::checkWrongTypes<Group>(
        kMinimal, {{R"("identifier":[[]])", "/identifier/0"},
                   {R"("active":0)", "/active"},
                   {R"("actual":"true")", "/actual"},
                   {R"("code":[])", "/code"},
                   {R"("name":{})", "/name"},
                   {R"("quantity":1.5)", "/quantity"},
                   {R"("managingEntity":"o")", "/managingEntity"},
                   {R"("member":{})", "/member"},
                   {R"("member":[{}])", "/member/0/entity"},
                   {R"("member":[{"entity":{},"inactive":"no"}])", "/member/0/inactive"},
                   {R"("member":[{"entity":{},"period":{"start":"?"}}])", "/member/0/period/start"},
                   {R"("member":[{"entity":{},"modifierExtension":[{"url":"u"}]}])",
                    "/member/0/modifierExtension"}});
}

}  // namespace group_test
