#include "adapters/patient_links.h"

#include "tests/support/hospital_fixture.h"

namespace patient_links_test {

using fhir::http::Request;
using test::answer;
using test::searchset;

namespace {

const fhir::ServerAddress kServer(test::kBase, {fhir::Url::parse("http://internal:8080/r4")});

fhir::Patient patient(const std::string& links) {
    return fhir::Patient::fromJson(
        fhir::json::Document::parse(R"({"resourceType":"Patient","id":"a","link":[)" + links + "]}")
            .root());
}

std::string linkTo(const std::string& type, const std::string& other) {
    return R"({"type":")" + type + R"(","other":{"reference":")" + other + R"("}})";
}

std::string replacing(const std::string& id, const std::string& old) {
    return R"({"resourceType":"Patient","id":")" + id + R"(","link":[)" +
           linkTo("replaces", "Patient/" + old) + "]}";
}

}  // namespace

TEST_CASE("merged: a record tells what took its place, and whose place it took", "[adapters]") {
    const auto one =
        patient(linkTo("seealso", "Patient/x") + "," + linkTo("replaced-by", "Patient/b") + "," +
                linkTo("replaces", "Patient/c") + "," +
                linkTo("replaces", "HTTP://ehr.example:80/fhir/Patient/d") + "," +
                linkTo("replaces", "http://internal:8080/r4/Patient/e"));

    CHECK(adapters::replacedBy(one, kServer) == "b");
    CHECK(adapters::replaces(one, kServer) == std::vector<std::string>{"c", "d", "e"});
    CHECK_FALSE(adapters::replacedBy(patient(linkTo("refer", "Patient/b")), kServer));
}

TEST_CASE("merged: a record of another server or another kind is not followed", "[adapters]") {
    const auto* other = GENERATE("http://elsewhere.example/fhir/Patient/b", "RelatedPerson/b", "#b",
                                 "urn:uuid:3f0c6f52-0c7e-4f1c-9d55-7f4f3f9f2a10");

    CHECK_FALSE(adapters::replacedBy(patient(linkTo("replaced-by", other)), kServer));
}

TEST_CASE("merged: of a record that is gone, exactly one may say to replace it", "[adapters]") {
    std::vector<std::string> found;
    std::optional<std::string> expected;
    SECTION("one") {
        found = {replacing("b", "gone")};
        expected = "b";
    }
    SECTION("nobody") {
        found = {};
    }
    SECTION("two") {
        found = {replacing("b", "gone"), replacing("c", "gone")};
    }
    SECTION("of another, by a server that loses the filter") {
        found = {replacing("b", "x")};
    }
    const test::Scripted ehr([&](const Request& request) {
        CHECK(fhir::Query::parse(request.url.query).find("link") == "Patient/gone");
        return answer(200, searchset(found));
    });

    CHECK(adapters::findReplacing(ehr.adapter->client(), "gone") == expected);
}

TEST_CASE("merged: a server without that search finds nobody", "[adapters]") {
    const test::Scripted ehr([](const Request&) { return answer(400); });

    CHECK_FALSE(adapters::findReplacing(ehr.adapter->client(), "gone"));
}

}  // namespace patient_links_test
