#include "fhir/r4/group.h"

#include "tests/support/resource.h"

namespace group_test {

using fhir::Group;
using test::read;

namespace {

const std::string kMinimal = R"({"resourceType":"Group"})";

}  // namespace

TEST_CASE("group: a full one is read", "[fhir]") {
    const auto group = read<Group>(R"({
        "resourceType": "Group", "id": "g-1", "type": "person", "actual": true,
        "member": [{"entity": {"reference": "Patient/p-1"}, "period": {"start": "2026-03-01"}},
                   {"entity": {"reference": "Patient/p-2"}, "inactive": true}]})");

    CHECK(group.id == "g-1");
    REQUIRE(group.member.size() == 2);
    CHECK(group.member[0].entity.relative() == "Patient/p-1");
    CHECK(group.member[0].period->start->text() == "2026-03-01");
    CHECK_FALSE(group.member[0].inactive);
    CHECK(group.member[1].inactive);
}

TEST_CASE("group: a minimal one is read", "[fhir]") {
    const auto group = read<Group>(kMinimal);

    CHECK(group.member.empty());
}

TEST_CASE("group: keeps every promise of a resource", "[fhir]") {
    test::checkHeader<Group>(kMinimal);
}

TEST_CASE("group: an element of the wrong type is named by its path", "[fhir]") {
    test::checkWrongTypes<Group>(
        kMinimal, {{R"("member":{})", "/member"},
                   {R"("member":[{}])", "/member/0/entity"},
                   {R"("member":[{"entity":{},"inactive":"no"}])", "/member/0/inactive"},
                   {R"("member":[{"entity":{},"period":{"start":"?"}}])", "/member/0/period/start"},
                   {R"("member":[{"entity":{},"modifierExtension":[{"url":"u"}]}])",
                    "/member/0/modifierExtension"}});
}

}  // namespace group_test
