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
        "resourceType": "List", "id": "l-1", "status": "current", "mode": "working",
        "title": "Ward 7", "identifier": [{"system": "s", "value": "ward-7"}],
        "entry": [{"item": {"reference": "Patient/p-1"}},
                  {"item": {"reference": "Patient/p-2"}, "deleted": true},
                  {"item": {"reference": "Patient/p-3"}, "deleted": false}]})");

    CHECK(list.id == "l-1");
    CHECK(list.status == "current");
    CHECK(list.title == "Ward 7");
    CHECK(list.identifier.at(0).value == "ward-7");
    REQUIRE(list.entry.size() == 3);
    CHECK(list.entry[0].item.relative() == "Patient/p-1");
    CHECK_FALSE(list.entry[0].deleted);
    CHECK(list.entry[1].deleted);
    CHECK_FALSE(list.entry[2].deleted);
}

TEST_CASE("list: a minimal one is read", "[fhir]") {
    const auto list = read<List>(kMinimal);

    CHECK_FALSE(list.title);
    CHECK(list.entry.empty());
}

TEST_CASE("list: keeps every promise of a resource", "[fhir]") {
    test::checkHeader<List>(kMinimal);
}

TEST_CASE("list: an element of the wrong type is named by its path", "[fhir]") {
    CHECK(test::thrown([] { read<List>(R"({"resourceType":"List"})"); }).path() == "/status");
    test::checkWrongTypes<List>(kMinimal,
                                {{R"("title":1)", "/title"},
                                 {R"("identifier":[[]])", "/identifier/0"},
                                 {R"("entry":{})", "/entry"},
                                 {R"("entry":[null])", "/entry/0"},
                                 {R"("entry":[{}])", "/entry/0/item"},
                                 {R"("entry":[{"item":{}},{"item":[]}])", "/entry/1/item"},
                                 {R"("entry":[{"item":{},"deleted":"no"}])", "/entry/0/deleted"},
                                 {R"("entry":[{"item":{},"modifierExtension":[{"url":"u"}]}])",
                                  "/entry/0/modifierExtension"}});
}

TEST_CASE("list: what it is a list of, and when, is read", "[fhir]") {
    const auto list = read<List>(test::with(kMinimal, R"(
        "mode": "working", "code": {"text": "My patients"}, "date": "2026-03-07",
        "subject": {"reference": "Group/g-1"}, "source": {"reference": "Practitioner/n-1"},
        "emptyReason": {"text": "closed"}, "entry": [{"item": {}, "date": "2026-03"}])"));

    CHECK(list.mode == "working");
    CHECK(list.code->label() == "My patients");
    CHECK(list.date->text() == "2026-03-07");
    CHECK(list.subject->relative() == "Group/g-1");
    CHECK(list.source->relative() == "Practitioner/n-1");
    CHECK(list.emptyReason->label() == "closed");
    CHECK(list.entry.at(0).date->text() == "2026-03");
    test::checkWrongTypes<List>(kMinimal, {{R"("code":[])", "/code"},
                                           {R"("date":"x")", "/date"},
                                           {R"("subject":1)", "/subject"},
                                           {R"("emptyReason":1)", "/emptyReason"},
                                           {R"("entry":[{"item":{},"date":1}])", "/entry/0/date"}});
}

}  // namespace list_test
