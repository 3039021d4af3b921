#include "fhir/r4/list.h"

#include "tests/support/resource.h"

namespace list_test {

using fhir::List;
using test::read;

namespace {

const std::string kMinimal = R"({"resourceType":"List","status":"current"})";

}  // namespace

TEST_CASE("list: a full one is read", "[fhir]") {
    const auto list = read<List>(R"({
        "resourceType": "List", "id": "l-1", "status": "current",
        "entry": [{"item": {"reference": "Patient/p-1"}},
                  {"item": {"reference": "Patient/p-2"}, "deleted": true},
                  {"item": {"reference": "Patient/p-3"}, "deleted": false}]})");

    CHECK(list.id == "l-1");
    CHECK(list.status == "current");
    REQUIRE(list.entry.size() == 3);
    CHECK(list.entry[0].item.relative() == "Patient/p-1");
    CHECK_FALSE(list.entry[0].deleted);
    CHECK(list.entry[1].deleted);
    CHECK_FALSE(list.entry[2].deleted);
}

TEST_CASE("list: a minimal one is read", "[fhir]") {
    const auto list = read<List>(kMinimal);

    CHECK(list.entry.empty());
}

TEST_CASE("list: keeps every promise of a resource", "[fhir]") {
    test::checkHeader<List>(kMinimal);
}

TEST_CASE("list: an element of the wrong type is named by its path", "[fhir]") {
    CHECK(test::thrown([] { read<List>(R"({"resourceType":"List"})"); }).path() == "/status");
    test::checkWrongTypes<List>(kMinimal,
                                {{R"("entry":{})", "/entry"},
                                 {R"("entry":[null])", "/entry/0"},
                                 {R"("entry":[{}])", "/entry/0/item"},
                                 {R"("entry":[{"item":{}},{"item":[]}])", "/entry/1/item"},
                                 {R"("entry":[{"item":{},"deleted":"no"}])", "/entry/0/deleted"},
                                 {R"("entry":[{"item":{},"modifierExtension":[{"url":"u"}]}])",
                                  "/entry/0/modifierExtension"}});
}

}  // namespace list_test
