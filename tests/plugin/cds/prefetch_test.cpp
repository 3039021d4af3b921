#include "plugin/cds/prefetch.h"

#include "tests/support/text.h"

namespace prefetch_test {

using plugin::cds::Prefetch;
using plugin::cds::prefetchOf;

TEST_CASE("prefetch: a key is left out, empty, failed or given", "[cds]") {
    const auto [json, state] = GENERATE(table<std::string, Prefetch::State>({
        {R"({})", Prefetch::State::Absent},
        {R"({"prefetch":null})", Prefetch::State::Absent},
        {R"({"prefetch":{"other":{}}})", Prefetch::State::Absent},
        {R"({"prefetch":{"x":null}})", Prefetch::State::Null},
        {R"({"prefetch":{"x":{"resourceType":"OperationOutcome"}}})", Prefetch::State::Failed},
        {R"({"prefetch":{"x":"<html>an error page</html>"}})", Prefetch::State::Failed},
        {R"({"prefetch":{"x":[]}})", Prefetch::State::Failed},
        {R"({"prefetch":{"x":{"resourceType":"Patient"}}})", Prefetch::State::Given},
    }));
    const auto document = fhir::json::Document::parse(json);

    const auto found = prefetchOf(document.root(), "x");

    INFO(json);
    CHECK(found.state == state);
    CHECK(found.resource.has_value() == (state == Prefetch::State::Given));
}

TEST_CASE("prefetch: words are this patient's only where they are of this server", "[cds]") {
    const fhir::ServerAddress server(fhir::Url::parse("https://ehr.example/fhir"),
                                     {fhir::Url::parse("http://internal:8080/r4")});
    // The address of the entry, its subject, its focus; whether it is shown, and whether all was
    // read.
    const auto [fullUrl, subject, focus, isShown, isWhole] =
        GENERATE(table<std::string, std::string, std::string, bool, bool>({
            {"", "Patient/p1", "", true, true},
            {"https://ehr.example/fhir/Observation/o1", "Patient/p1", "", true, true},
            {"HTTPS://EHR.example:443/fhir/Observation/o1", "Patient/p1", "", true, true},
            {"http://internal:8080/r4/Observation/o1", "Patient/p1", "", true, true},
            {"urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0", "Patient/p1", "", true, true},
            {"", "http://internal:8080/r4/Patient/p1", "", true, true},
            {"", "Patient/p1", "Patient/p1", true, true},
            {"https://other.example/fhir/Observation/o1", "Patient/p1", "", false, false},
            {"https://ehr.example/fhir/tenant-2/Observation/o1", "Patient/p1", "", false, false},
            {"", "https://other.example/fhir/Patient/p1", "", false, false},
            {"https://other.example/fhir/Observation/o1", "https://ehr.example/fhir/Patient/p1", "",
             false, false},
            {"", "Patient/p2", "", false, true},
            {"", "Patient/p1", "RelatedPerson/r1", false, true},
        }));
    const auto entry =
        (fullUrl.empty() ? "" : R"("fullUrl":")" + fullUrl + R"(",)") +
        R"("resource":{"resourceType":"Observation","id":"o1","status":"final","code":{"coding":)"
        R"([{"system":"http://loinc.org","code":"95541-9"}]},"subject":{"reference":")" +
        subject + R"("},)" +
        (focus.empty() ? "" : R"("focus":[{"reference":")" + focus + R"("}],)") +
        R"("valueString":"Sunday walks"})";
    const auto document = fhir::json::Document::parse(
        R"({"prefetch":{"statements":{"resourceType":"Bundle","type":"searchset","entry":[{)" +
        entry + "}]}}}");

    const auto known = plugin::cds::prefetchedWords(document.root(), "p1", server);

    INFO(entry);
    REQUIRE(known.value);
    CHECK(known.value->statements.size() == (isShown ? 1 : 0));
    CHECK(known.value->isWhole == isWhole);
}

TEST_CASE("prefetch: an entry that cannot be read costs itself alone", "[cds]") {
    const std::string good =
        R"({"resource":{"resourceType":"Observation","id":"o1","status":"final","code":{"coding":)"
        R"([{"system":"http://loinc.org","code":"95541-9"}]},"subject":{"reference":"Patient/p1"},)"
        R"("valueString":"Good one"}})";
    const auto [entries, type, isWhole] = GENERATE_COPY(table<std::string, std::string, bool>({
        {good, "", true},
        {good, R"("type":"searchset",)", true},
        {test::changed(good, R"("final")", R"("final","issued":"soon","method":7)"), "", true},
        {test::changed(good, R"({"reference":"Patient/p1"})", R"("Patient/p1")") + "," + good,
         R"("type":"searchset",)", false},
        {good + "," + test::changed(good, R"("Good one")", "7"), "", false},
        {R"("x",)" + good, "", false},
    }));
    const auto document =
        fhir::json::Document::parse(R"({"prefetch":{"statements":{"resourceType":"Bundle",)" +
                                    type + R"("entry":[)" + entries + "]}}}");

    const auto known = plugin::cds::prefetchedWords(
        document.root(), "p1", fhir::ServerAddress(fhir::Url::parse("https://ehr.example/fhir")));

    INFO(entries);
    CHECK(known.isSettled);
    REQUIRE(known.value);
    REQUIRE(known.value->statements.size() == 1);
    CHECK(known.value->statements.front().text == "Good one");
    CHECK(known.value->isWhole == isWhole);
}

}  // namespace prefetch_test
