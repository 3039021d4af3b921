#include "plugin/fhir_api/search.h"

#include "tests/support/thrown.h"

namespace fhir_api_search_test {

using fhir::ErrorKind;
using plugin::fhir_api::Search;
using plugin::fhir_api::servedTypes;

namespace {

const plugin::fhir_api::ServedType& served(std::string_view type) {
    for (const auto& one : servedTypes())
        if (one.type == type) return one;
    throw std::runtime_error("no such type");
}

Search parse(const std::string& query, bool isLenient = false,
             std::string_view type = "Observation") {
    return Search::parse(served(type), fhir::Query::parse(query), isLenient);
}

constexpr const char* kObservation = R"({"resourceType":"Observation","id":"a",
    "meta":{"lastUpdated":"2026-03-07T12:00:00Z"},
    "identifier":[{"system":"urn:ietf:rfc:3986","value":"urn:uuid:1"}],"status":"final",
    "category":[{"coding":[{"system":"urn:c","code":"survey"}]},
                {"coding":[{"system":"urn:d","code":"care-experience-preference"}]}],
    "code":{"coding":[{"system":"http://loinc.org","code":"95541-9"}]},
    "subject":{"reference":"Patient/2"},"encounter":{"reference":"Encounter/e"},
    "effectiveDateTime":"2026-03-07"})";

bool finds(const std::string& query, const std::string& resource = kObservation,
           std::string_view type = "Observation") {
    const auto document = fhir::json::Document::parse(resource);
    return parse(query, false, type).matches(document.root());
}

}  // namespace

TEST_CASE("companion search: each parameter finds what has it, and nothing else", "[companion]") {
    const auto [query, isFound] = GENERATE(table<std::string, bool>({
        {"", true},
        {"patient=2", true},
        {"patient=Patient/2", true},
        {"patient=3", false},
        {"patient=3,2", true},
        {"subject=Patient/2", true},
        {"subject=Organization/2", false},
        {"encounter=e", true},
        {"encounter=Encounter/f", false},
        {"status=final", true},
        {"status=entered-in-error,final", true},
        {"status=amended", false},
        {"category=survey", true},
        {"category=urn:c|survey", true},
        {"category=urn:d|", true},
        {"category=|survey", false},
        {"category=urn:d|survey", false},
        {"code=http://loinc.org|95541-9", true},
        {"code=http://loinc.org|81363-4", false},
        {"identifier=urn:uuid:1", true},
        {"identifier=urn:x|urn:uuid:1", false},
        {"date=2026-03-07", true},
        {"date=2026-03", true},
        {"date=2026-03-08", false},
        {"date=ge2026-03-07", true},
        {"date=gt2026-03-07", false},
        {"date=lt2026-03-08", true},
        {"date=eb2026-03-07", false},
        {"date=sa2026-03-06", true},
        {"date=ne2026-03-07", false},
        {"date=ge2026-03-01&date=le2026-03-06", false},
        {"_lastUpdated=ge2026-03-07T12:00:00Z", true},
        {"_lastUpdated=gt2026-03-08", false},
    }));
    CAPTURE(query);
    CHECK(finds(query) == isFound);
}

TEST_CASE("companion search: a period is a span with perhaps an open end", "[companion]") {
    const std::string flag = R"({"resourceType":"Flag","period":{"start":"2026-03-01"}})";
    CHECK(finds("date=ge2030", flag, "Flag"));
    CHECK(finds("date=sa2026-02", flag, "Flag"));
    CHECK_FALSE(finds("date=lt2026-03-01", flag, "Flag"));
}

TEST_CASE("companion search: what is not understood is refused and not passed over",
          "[companion]") {
    const auto query =
        GENERATE(as<std::string>(), "colour=red", "code:not=x", "patient.name=Zoë", "_sort=date",
                 "date=yesterday", "date=xx2026", "_count=many", "_count=-1", "_page=1",
                 "_page=x.a", "_page=1.a/b", "_id=a,b", "subject=2", "status=", "patient=a/b/c");
    CAPTURE(query);
    CHECK(test::thrown([&] { parse(query); }).kind() == ErrorKind::InvalidInput);
}

TEST_CASE("companion search: a lenient caller has unknown parameters left out", "[companion]") {
    const auto search = parse("colour=red&patient=2&_count=900", true);
    CHECK(search.asked().text() == "patient=2");
    CHECK(search.count() == Search::kPageMax);
    CHECK(search.subject() == "Patient/2");
    CHECK(test::thrown([] { parse("date=yesterday", true); }).kind() == ErrorKind::InvalidInput);
}

TEST_CASE("companion search: one that is bound to a patient finds no other", "[companion]") {
    auto search = parse("status=final");
    search.bind("Patient/2");
    CHECK(search.subject() == "Patient/2");
    const auto other =
        fhir::json::Document::parse(R"({"status":"final","subject":{"reference":"Patient/3"}})");
    CHECK_FALSE(search.matches(other.root()));

    auto several = parse("patient=2,3");
    several.bind("Patient/2");
    CHECK_FALSE(several.matches(other.root()));
    auto another = parse("patient=3");
    CHECK(test::thrown([&] { another.bind("Patient/2"); }).kind() == ErrorKind::Forbidden);
}

}  // namespace fhir_api_search_test
