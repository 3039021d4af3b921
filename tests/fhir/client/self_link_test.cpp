#include "fhir/client/self_link.h"

namespace self_link_test {

using fhir::droppedFilters;
using fhir::isPatientFilter;
using fhir::Query;
using fhir::Url;
using Names = std::vector<std::string>;

namespace {

Names dropped(const std::string& type, const Query& asked, const std::string& self) {
    return droppedFilters(type, asked, self, Url::parse("https://ehr.example/fhir/" + type));
}

}  // namespace

TEST_CASE("self link: says which filters the server did not use", "[fhir]") {
    const Query asked{{"patient", "Patient/1"}, {"category", "survey"}, {"_count", "50"}};
    const auto [self, expected] = GENERATE(table<std::string, Names>({
        {"https://ehr.example/fhir/Observation?patient=1&category=survey", {}},
        {"https://ehr.example/fhir/Observation?category=survey&patient=1&_count=50", {}},
        {"https://ehr.example/fhir/Observation?subject=Patient%2F1&category=survey", {}},
        {"https://ehr.example/fhir/Observation?subject:Patient=1&category=survey", {}},
        {"https://ehr.example/fhir/Patient/1/Observation?category=survey", {}},
        {"Observation?patient=1&category=survey", {}},
        {"https://ehr.example/fhir/Observation/_search?patient=1&category=survey", {}},
        {"https://ehr.example/fhir/Observation?patient=1", {"category"}},
        {"https://ehr.example/fhir/Observation/?category=survey", {"patient"}},
        {"http://internal:8080/fhir/Observation?category=survey", {"patient"}},
        {"https://ehr.example/fhir/Observation", {"patient", "category"}},
    }));

    CHECK(dropped("Observation", asked, self) == expected);
}

TEST_CASE("self link: one that does not name the search says nothing", "[fhir]") {
    const std::string self =
        GENERATE("https://ehr.example/fhir?_getpages=7&_getpagesoffset=0", "https://ehr.example/",
                 "https://ehr.example/fhir/MyObservation?category=survey",
                 "https://ehr.example/fhir/Observation/1?x=y", "urn:uuid:made-up",
                 "mailto:a@b.example", "https://ehr.example/fhir/Observation?category=%zz", "");

    CHECK(dropped("Observation", {{"patient", "1"}, {"category", "survey"}}, self).empty());
}

TEST_CASE("self link: what filters nothing need not be there", "[fhir]") {
    const Query asked{{"_count", "5"},      {"_sort", "date"},   {"_include", "Encounter:patient"},
                      {"_revinclude", "x"}, {"_format", "json"}, {"_elements", "id"},
                      {"_total", "none"},   {"_summary", "true"}};

    CHECK(dropped("Encounter", asked, "https://ehr.example/fhir/Encounter").empty());
    CHECK(dropped("Encounter", {{"_lastUpdated", "ge2026"}, {"_lastUpdated", "lt2027"}},
                  "https://ehr.example/fhir/Encounter") == Names{"_lastUpdated"});
    CHECK(dropped("Encounter", {{"_has:Flag:subject:code", "x"}, {"status:not", "x"}},
                  "https://ehr.example/fhir/Encounter") ==
          Names{"_has:Flag:subject:code", "status:not"});
}

TEST_CASE("self link: which filter keeps other people's data out", "[fhir]") {
    const auto [type, name, expected] = GENERATE(table<std::string, std::string, bool>({
        {"Observation", "patient", true},
        {"Observation", "subject", true},
        {"Observation", "subject:Patient", true},
        {"Observation", "patient.identifier", true},
        {"Observation", "identifier", false},
        {"Observation", "_id", false},
        {"Observation", "category", false},
        {"Patient", "_id", true},
        {"Patient", "identifier", true},
        {"Patient", "name", false},
    }));

    CHECK(isPatientFilter(type, name) == expected);
}

}  // namespace self_link_test
