#include "fhir/r4/bundle.h"

#include "tests/support/resource.h"

namespace bundle_test {

using fhir::Bundle;
using fhir::json::Document;
using test::read;

namespace {

const std::string kMinimal = R"({"resourceType":"Bundle","type":"searchset"})";

}  // namespace

TEST_CASE("bundle: a full one is read", "[fhir]") {
    const auto document = Document::parse(R"({
        "type": "searchset", "total": 99,
        "link": [{"relation": "self", "url": "https://ehr.example/fhir/Patient"},
                 {"relation": "next", "url": "?page=2"}, {"relation": "previous", "url": "x"}],
        "entry": [
            {"fullUrl": "https://ehr.example/fhir/Patient/1", "search": {"mode": "match"},
             "resource": {"resourceType": "Patient", "id": "1"}},
            {"resource": {"id": "2", "resourceType": "Location"}, "search": {"mode": "include"}},
            {"resource": {"resourceType": "OperationOutcome"}},
            {"resource": {"resourceType": "Patient"}, "search": {}},
            {"link": []}],
        "resourceType": "Bundle"})");

    const auto bundle = Bundle::fromJson(document.root());

    CHECK(bundle.type == "searchset");
    CHECK(bundle.self == "https://ehr.example/fhir/Patient");
    CHECK(bundle.next == "?page=2");
    REQUIRE(bundle.entry.size() == 4);
    CHECK(bundle.entry[0].fullUrl == "https://ehr.example/fhir/Patient/1");
    CHECK(bundle.entry[0].mode == "match");
    CHECK(bundle.entry[0].resourceType == "Patient");
    CHECK(bundle.entry[0].id == "1");
    CHECK(bundle.entry[1].mode == "include");
    CHECK(bundle.entry[1].resource.path() == "/entry/1/resource");
    CHECK(bundle.entry[2].mode == "outcome");
    CHECK(bundle.entry[3].mode == "match");
    CHECK(bundle.entry[3].id.empty());
    CHECK(bundle.entry[3].index == 3);
    CHECK(bundle.issue.empty());
}

TEST_CASE("bundle: a minimal one is read", "[fhir]") {
    const auto bundle = read<Bundle>(kMinimal);

    CHECK_FALSE(bundle.next);
    CHECK_FALSE(bundle.self);
    CHECK(bundle.entry.empty());
}

TEST_CASE("bundle: an entry that cannot be read does not take the others with it", "[fhir]") {
    const auto [bad, path] = GENERATE(table<std::string, std::string>({
        {R"(null)", "/entry/1"},
        {R"("x")", "/entry/1"},
        {R"({"fullUrl":7,"resource":{"id":"b"}})", "/entry/1/fullUrl"},
        {R"({"search":"match","resource":{"id":"b"}})", "/entry/1/search"},
        {R"({"search":{"mode":1},"resource":{"id":"b"}})", "/entry/1/search/mode"},
        {R"({"resource":{"id":"b"},"modifierExtension":[{"url":"u"}]})",
         "/entry/1/modifierExtension"},
    }));
    const auto document = Document::parse(test::with(
        kMinimal, R"("entry":[{"resource":{"id":"a"}},)" + bad + R"(,{"resource":{"id":"c"}}])"));

    const auto bundle = Bundle::fromJson(document.root());

    REQUIRE(bundle.entry.size() == 2);
    CHECK(bundle.entry[0].id == "a");
    CHECK(bundle.entry[1].id == "c");
    CHECK(bundle.entry[1].index == 2);
    REQUIRE(bundle.issue.size() == 1);
    CHECK(bundle.issue[0].path == path);
    CHECK_FALSE(bundle.issue[0].text.empty());
}

TEST_CASE("bundle: a resource of the wrong shape is left to its reader", "[fhir]") {
    const auto document = Document::parse(test::with(
        kMinimal, R"("entry":[{"resource":"x"},{"resource":{"resourceType":1,"id":2}}])"));

    const auto bundle = Bundle::fromJson(document.root());

    REQUIRE(bundle.entry.size() == 2);
    CHECK(bundle.entry[0].resourceType.empty());
    CHECK(bundle.entry[0].id.empty());
    CHECK(bundle.entry[1].resourceType.empty());
    CHECK(bundle.entry[1].id.empty());
}

TEST_CASE("bundle: a zero character in an id takes its own entry with it alone", "[fhir]") {
    const auto document = Document::parse(test::with(
        kMinimal, R"("entry":[{"resource":{"id":"a\u0000b"}},{"resource":{"id":"c"}}])"));

    const auto bundle = Bundle::fromJson(document.root());

    REQUIRE(bundle.entry.size() == 1);
    CHECK(bundle.entry[0].id == "c");
    REQUIRE(bundle.issue.size() == 1);
    CHECK(bundle.issue[0].path == "/entry/0/resource/id");
}

TEST_CASE("bundle: keeps every promise of a resource", "[fhir]") {
    test::checkHeader<Bundle>(kMinimal);
}

TEST_CASE("bundle: what makes the whole unreadable is named by its path", "[fhir]") {
    CHECK(test::thrown([] { read<Bundle>(R"({"resourceType":"Bundle"})"); }).path() == "/type");
    test::checkWrongTypes<Bundle>(kMinimal,
                                  {{R"("link":{})", "/link"},
                                   {R"("link":[null])", "/link/0"},
                                   {R"("link":[{"relation":1}])", "/link/0/relation"},
                                   {R"("link":[{"relation":"next"}])", "/link/0/url"},
                                   {R"("link":[{"relation":"next","url":7}])", "/link/0/url"},
                                   {R"("entry":{})", "/entry"}});
}

TEST_CASE("bundle: what became of each entry of a transaction is read", "[fhir]") {
    const auto document = Document::parse(R"({"resourceType": "Bundle",
        "type": "transaction-response", "entry": [
            {"response": {"status": "201 Created", "location": "Observation/o-1/_history/1",
                          "etag": "W/\"1\"", "lastModified": "2026-03-07T08:15:00Z"}},
            {"response": {"status": "404", "outcome": {"resourceType": "OperationOutcome"}}},
            {"resource": {"resourceType": "Flag", "id": "f"}, "response": {"status": "200 OK"}},
            {"response": {"status": "fine"}}, {}, {"response": {"status": 201}}]})");

    const auto bundle = Bundle::fromJson(document.root());

    REQUIRE(bundle.result.size() == 5);
    CHECK(bundle.result[0].status == 201);
    CHECK(bundle.result[0].location == "Observation/o-1/_history/1");
    CHECK(bundle.result[0].etag == "W/\"1\"");
    CHECK(bundle.result[0].lastModified == "2026-03-07T08:15:00Z");
    CHECK_FALSE(bundle.result[0].resource);
    CHECK(bundle.result[1].status == 404);
    REQUIRE(bundle.result[1].outcome);
    CHECK(bundle.result[1].outcome->path() == "/entry/1/response/outcome");
    CHECK(bundle.result[2].index == 2);
    CHECK(bundle.result[2].resource->at("id").text() == "f");
    CHECK(bundle.result[3].status == 0);
    CHECK(bundle.result[4].status == 0);
    REQUIRE(bundle.issue.size() == 1);
    CHECK(bundle.issue[0].path == "/entry/5/response/status");
    CHECK(bundle.entry.size() == 1);
}

TEST_CASE("bundle: a status of a result is a number of three digits", "[fhir]") {
    const auto [text, status] = GENERATE(table<std::string, int>({{"200", 200},
                                                                  {"412 Precondition Failed", 412},
                                                                  {"", 0},
                                                                  {"2000", 0},
                                                                  {"99", 0},
                                                                  {"200OK", 0},
                                                                  {"-200", 0}}));
    const auto document = Document::parse(
        R"({"resourceType":"Bundle","type":"batch-response","entry":[{"response":{"status":")" +
        text + "\"}}]}");

    CHECK(Bundle::fromJson(document.root()).result.at(0).status == status);
}

TEST_CASE("bundle: a history tells what was deleted", "[fhir]") {
    const auto document = Document::parse(R"({"resourceType": "Bundle", "type": "history",
        "entry": [{"fullUrl": "https://ehr.example/fhir/Flag/f",
                   "request": {"method": "DELETE", "url": "Flag/f"},
                   "response": {"status": "204"}},
                  {"resource": {"resourceType": "Flag", "id": "f"},
                   "request": {"method": "PUT", "url": "Flag/f"}}]})");

    const auto bundle = Bundle::fromJson(document.root());

    REQUIRE(bundle.result.size() == 2);
    CHECK(bundle.result[0].method == "DELETE");
    CHECK(bundle.result[0].url == "Flag/f");
    CHECK(bundle.result[0].fullUrl == "https://ehr.example/fhir/Flag/f");
    CHECK_FALSE(bundle.result[0].resource);
    CHECK(bundle.result[1].method == "PUT");
    CHECK(bundle.entry.size() == 1);
}

TEST_CASE("bundle: a search has no results of that kind", "[fhir]") {
    CHECK(read<Bundle>(test::with(kMinimal, R"("entry":[{"response":{"status":"200"}}])"))
              .result.empty());
}

TEST_CASE("bundle: is read in one pass as it is read whole", "[fhir]") {
    const std::string text = R"({"entry": [
            {"fullUrl": "https://ehr.example/fhir/Patient/1", "search": {"mode": "match"},
             "resource": {"resourceType": "Patient", "id": "1"}},
            null, {"resource": {"id": "2", "resourceType": "Location"},
                   "search": {"mode": "include"}}, {"link": []}],
        "type": "searchset", "link": [{"relation": "next", "url": "?page=2"}],
        "resourceType": "Bundle"})";
    const auto document = Document::parse(text);
    const auto whole = Bundle::fromJson(document.root());

    std::vector<std::string> places;
    const auto bundle = Bundle::read(text, [&](const fhir::BundleEntry& entry) {
        const auto& other = whole.entry.at(places.size());
        CHECK(entry.fullUrl == other.fullUrl);
        CHECK(entry.mode == other.mode);
        CHECK(entry.resourceType == other.resourceType);
        CHECK(entry.id == other.id);
        CHECK(entry.index == other.index);
        CHECK(entry.resource.toJson() == other.resource.toJson());
        places.push_back(entry.resource.path());
    });

    CHECK(places == std::vector<std::string>{"/entry/0/resource", "/entry/2/resource"});
    CHECK(bundle.entry.empty());
    CHECK(bundle.type == "searchset");
    CHECK(bundle.next == "?page=2");
    REQUIRE(bundle.issue.size() == 1);
    CHECK(bundle.issue[0].path == "/entry/1");
    CHECK(bundle.issue[0].text == whole.issue[0].text);
}

TEST_CASE("bundle: its head is known before the first of its entries", "[fhir]") {
    const std::string links = R"("link":[{"relation":"self","url":"Patient"}])";
    const std::string entries = R"("entry":[{"resource":{"resourceType":"Patient","id":"1"}},null,)"
                                R"({"resource":{"resourceType":"Patient","id":"2"}}])";
    const auto [text, isAtOnce] = GENERATE_COPY(table<std::string, bool>({
        {R"({"resourceType":"Bundle","type":"searchset",)" + links + "," + entries + "}", true},
        {R"({"resourceType":"Bundle","type":"searchset",)" + entries + "," + links + "}", false},
        {"{" + entries + R"(,"resourceType":"Bundle","type":"searchset",)" + links + "}", false},
        {"{" + links + R"(,"type":"searchset",)" + entries + R"(,"resourceType":"Bundle"})", false},
    }));
    std::string order;
    fhir::BundleReader reader(
        [&](const Bundle& head) {
            CHECK(head.self == "Patient");
            order += "head ";
        },
        [&](const fhir::BundleEntry& entry) { order += entry.id + " "; });

    const auto document = reader.parse(text);

    CHECK(order == (isAtOnce ? "head 1 2 " : ""));
    const auto bundle = reader.finish(document.root());
    CHECK(order == "head 1 2 ");
    CHECK(bundle.self == "Patient");
    CHECK(bundle.entry.empty());
    REQUIRE(bundle.issue.size() == 1);
    CHECK(bundle.issue[0].path == "/entry/1");
}

TEST_CASE("bundle: what is no bundle gives nothing", "[fhir]") {
    const std::string text =
        GENERATE(as<std::string>(),
                 R"({"resourceType":"Patient","type":"x","link":[],"entry":[{"resource":{}}]})",
                 R"({"link":[{"relation":"next"}],"resourceType":"Bundle","type":"searchset",)"
                 R"("entry":[{"resource":{}}]})",
                 R"({"modifierExtension":[{"url":"u"}],"link":[],"resourceType":"Bundle",)"
                 R"("type":"searchset","entry":[{"resource":{}}]})");
    fhir::BundleReader reader([](const Bundle&) { FAIL("a head"); },
                              [](const fhir::BundleEntry&) { FAIL("an entry"); });

    const auto document = reader.parse(text);

    CHECK(test::thrown([&] { reader.finish(document.root()); }).kind() ==
          fhir::ErrorKind::InvalidInput);
}

TEST_CASE("bundle: one pass ends in an error where the whole would", "[fhir]") {
    const auto read = [](const std::string& text) {
        return test::thrown([&] { Bundle::read(text, [](const fhir::BundleEntry&) {}); });
    };

    CHECK(read(R"({"entry":[{"resource":{}}]})").path() == "/resourceType");
    CHECK(read(R"({"resourceType":"Bundle","entry":[{"resource":{}}]})").path() == "/type");
    CHECK(read(R"({"resourceType":"Bundle","type":"searchset","entry":{}})").path() == "/entry");
    CHECK(read(test::with(kMinimal, R"("entry":[],"modifierExtension":[{"url":"u"}])")).path() ==
          "/modifierExtension");
    CHECK(read(kMinimal.substr(0, kMinimal.size() - 1)).kind() == fhir::ErrorKind::InvalidInput);
}

}  // namespace bundle_test
