#include "fhir/client/patient_filter.h"

#include <catch2/catch.hpp>

namespace patient_filter_test {

using fhir::PatientFilter;
using fhir::Query;
using fhir::Url;

namespace {

const fhir::ServerAddress kServer(Url::parse("https://ehr.example/fhir"),
                                  {Url::parse("http://inside:8080/fhir/")});

bool lets(const std::string& type, const Query& asked, const std::string& resource,
          const std::string& mode = "match") {
    const auto document = fhir::json::Document::parse(
        R"({"resourceType":"Bundle","type":"searchset","entry":[{"search":{"mode":")" + mode +
        R"("},"resource":)" + resource + "}]}");
    const auto bundle = fhir::Bundle::fromJson(document.root());
    return PatientFilter(type, asked, kServer).lets(bundle.entry.at(0));
}

std::string observation(const std::string& members) {
    return R"({"resourceType":"Observation","id":"o")" + members + "}";
}

std::string about(const std::string& reference) {
    return observation(R"(,"subject":{"reference":")" + reference + R"("})");
}

}  // namespace

TEST_CASE("patient filter: who was asked for comes through, and nobody else", "[fhir]") {
    const Query asked =
        GENERATE(Query{{"patient", "1,2"}, {"code", "x"}}, Query{{"subject", "1,2"}},
                 Query{{"subject", "Patient/1,Patient/2"}},
                 Query{{"patient", "https://ehr.example/fhir/Patient/1,2"}},
                 Query{{"subject:Patient", "1"}, {"patient", "2"}});
    const auto [resource, expected] = GENERATE(table<std::string, bool>({
        {about("Patient/1"), true},
        {about("Patient/2/_history/7"), true},
        {about("https://ehr.example/fhir/Patient/1"), true},
        {about("http://inside:8080/fhir/Patient/1"), true},
        {about("https://other.example/fhir/Patient/1"), false},
        {about("https://ehr.example/other/Patient/1"), false},
        {about("Patient/3"), false},
        {about("Group/1"), false},
        {observation(R"(,"subject":{"display":"Somebody"})"), false},
        {observation(""), false},
        {R"({"resourceType":"Observation","patient":{"reference":"Patient/1"}})", true},
        {R"({"resourceType":"Observation","for":{"reference":"Patient/3"}})", false},
        {R"({"resourceType":"Observation","participant":[{"actor":{"reference":"Location/1"}},)"
         R"({"actor":{"reference":"Patient/2"}}]})",
         true},
        {R"({"resourceType":"Observation","participant":[{"actor":{"reference":"Location/1"}}]})",
         false},
    }));

    CHECK(lets("Observation", asked, resource) == expected);
}

TEST_CASE("patient filter: patients themselves are told by their ids", "[fhir]") {
    CHECK(lets("Patient", {{"_id", "a,b"}}, R"({"resourceType":"Patient","id":"b"})"));
    CHECK_FALSE(lets("Patient", {{"_id", "a,b"}}, R"({"resourceType":"Patient","id":"c"})"));
    CHECK_FALSE(lets("Patient", {{"_id", "a"}}, R"({"resourceType":"Patient"})"));
}

TEST_CASE("patient filter: what is no match of the search comes through", "[fhir]") {
    CHECK(lets("Observation", {{"patient", "1"}}, about("Patient/3"), "include"));
    CHECK(lets("Observation", {{"patient", "1"}}, R"({"resourceType":"Location","id":"l"})"));
}

TEST_CASE("patient filter: stands in only for what it can check", "[fhir]") {
    const auto [type, asked, names] = GENERATE(table<std::string, Query, std::set<std::string>>({
        {"Observation", {{"patient", "1"}, {"code", "x"}}, {"patient"}},
        {"Observation", {{"code", "x"}}, {}},
        {"Observation", {{"patient.identifier", "s|1"}}, {}},
        {"Observation", {{"patient", "urn:uuid:made-up"}}, {}},
        {"Observation", {{"_id", "1"}}, {}},
        {"Patient", {{"_id", "1"}, {"identifier", "s|1"}}, {"_id"}},
        {"Patient", {{"identifier", "s|1"}}, {}},
    }));

    CHECK(PatientFilter(type, asked, kServer).names() == names);
    if (names.empty()) CHECK(lets(type, asked, about("Patient/3")));
}

}  // namespace patient_filter_test
