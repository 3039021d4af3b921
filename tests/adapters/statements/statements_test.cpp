#include "adapters/statements/statements.h"

#include <algorithm>
#include <set>

#include "tests/support/hospital_fixture.h"
#include "tests/support/text.h"

namespace statements_statements_test {

using fhir::ErrorKind;
using fhir::http::Request;
using test::answer;
using test::searchset;
using test::texts;
using test::thrown;

namespace {

std::string observation(const std::string& id, const std::string& subject,
                        const std::string& code = "95541-9") {
    return R"({"resourceType":"Observation","id":")" + id +
           R"(","status":"final","code":{"coding":[{"system":"http://loinc.org","code":")" + code +
           R"("}]},"subject":{"reference":")" + subject + R"("},"valueString":"words"})";
}

adapters::Profile profileWith(const std::string& fields) {
    return adapters::vendorProfile("generic").with(
        fhir::json::Document::parse("{" + fields + "}").root());
}

std::set<std::string> ids(const adapters::FoundStatements& found) {
    std::set<std::string> result;
    for (const auto& one : found.observations) result.insert(one.id);
    CHECK(result.size() == found.observations.size());
    return result;
}

std::vector<std::string> everybody() {
    std::vector<std::string> all;
    for (int i = 1; i <= 24; ++i) all.push_back("patient-" + std::to_string(i));
    return all;
}

}  // namespace

TEST_CASE("statements: every statement of the ward, of any author, each once", "[adapters]") {
    auto profile = adapters::vendorProfile("generic");
    profile.pageSize = 3;
    profile.patientsPerSearch = 5;
    test::Hospital hospital(24, profile);

    const auto found = hospital.adapter().statements(everybody());

    CHECK(texts(found.problems) == "");
    const auto all = ids(found);
    CHECK(all.size() == 41);
    CHECK(all.count("said-22-1") == 1);  // by code alone
    CHECK(all.count("said-23-1") == 1);  // by category alone
    CHECK(std::count_if(found.observations.begin(), found.observations.end(),
                        [](const auto& one) { return one.status == "entered-in-error"; }) == 1);
}

TEST_CASE("statements: results about others are dropped and reported", "[adapters]") {
    test::Scripted ehr([](const Request&) {
        return answer(200, searchset({observation("1", "Patient/a"), observation("2", "Patient/z"),
                                      observation("3", "http://other.example/fhir/Patient/a"),
                                      observation("4", "Group/a"), observation("5", "")}));
    });

    const auto found = ehr.adapter->statements({"a"});

    CHECK(ids(found) == std::set<std::string>{"1"});
    CHECK_THAT(texts(found.problems), Catch::Contains("4 of the results"));
    CHECK_THAT(texts(found.problems), !Catch::Contains("words"));
}

TEST_CASE("statements: a relative reference means the server that its entry is of", "[adapters]") {
    const auto at = [](const std::string& base, const std::string& id) {
        return observation(id, "Patient/a") + R"(,"fullUrl":")" + base + "/Observation/" + id +
               "\"";
    };
    test::Scripted ehr(
        [&](const Request&) {
            return answer(200, searchset({at("http://other.example/fhir", "1"),
                                          at("http://ehr.example/fhir/tenant-2", "2"),
                                          at("http://ehr.example/fhir", "3"),
                                          at("HTTP://EHR.Example:80/fhir", "4"),
                                          at("http://internal:8080/r4", "5")}));
        },
        adapters::vendorProfile("generic"), {fhir::Url::parse("http://internal:8080/r4")});

    const auto found = ehr.adapter->statements({"a"});

    CHECK(ids(found) == std::set<std::string>{"3", "4", "5"});
    REQUIRE(found.problems.size() == 1);
    CHECK_THAT(found.problems.front().text,
               Catch::Contains("2 of the results are at http://other.example"));
}

TEST_CASE("statements: a second address of the server is the server, and is written as none",
          "[adapters]") {
    const std::string base = GENERATE("http://internal:8080/r4", "HTTP://ehr.example:80/fhir",
                                      "http://EHR.example/x/../%66hir");
    const auto one = test::changed(
        observation("1", base + "/Patient/a/_history/2"), R"("valueString")",
        R"("performer":[{"reference":")" + base +
            R"(/RelatedPerson/r"}],"encounter":{"reference":")" + base +
            R"(/Encounter/e"},"derivedFrom":[{"reference":"https://other.example/Observation/1"}],)"
            R"("valueString")");
    test::Scripted ehr([&](const Request&) { return answer(200, searchset({one})); },
                       adapters::vendorProfile("generic"),
                       {fhir::Url::parse("http://internal:8080/r4")});

    const auto found = ehr.adapter->statements({"a"});

    CHECK(texts(found.problems) == "");
    REQUIRE(found.observations.size() == 1);
    const auto& there = found.observations.front();
    CHECK(there.subject->reference == "Patient/a");
    CHECK(there.encounter->reference == "Encounter/e");
    CHECK(there.performer.at(0).reference == "RelatedPerson/r");
    CHECK(there.derivedFrom.at(0).reference == "https://other.example/Observation/1");
    CHECK(found.originals.at("1").json == one);  // as it was sent
}

TEST_CASE("statements: words about somebody else than the patient are left out with one line",
          "[adapters]") {
    const auto [focus, isTheirs] = GENERATE(table<std::string, bool>({
        {R"({"reference":"Patient/a"})", true},
        {R"({"reference":"http://ehr.example/fhir/Patient/a"})", true},
        {R"({"reference":"Goal/g"})", true},
        {R"({"reference":"Device/d"},{"reference":"Patient/a"})", true},
        {R"({"reference":"RelatedPerson/r","display":"her husband"})", false},
        {R"({"reference":"Patient/b"})", false},
        {R"({"reference":"http://other.example/fhir/Patient/a"})", false},
        {R"({"reference":"#him"})", false},
        {R"({"reference":"urn:uuid:3f0c6f52-0c7e-4f1c-9d55-7f4f3f9f2a10"})", false},
        {R"({"display":"her husband"})", false},
    }));
    const auto one = test::changed(observation("1", "Patient/a"), R"("valueString")",
                                   R"("focus":[)" + focus + R"(],"valueString")");
    test::Scripted ehr([&](const Request&) { return answer(200, searchset({one})); },
                       profileWith(R"("statementSearches":["code"])"));

    const auto found = ehr.adapter->statements({"a"});

    INFO(focus);
    CHECK(found.observations.size() == (isTheirs ? 1 : 0));
    REQUIRE(found.problems.size() == (isTheirs ? 0 : 1));
    if (!isTheirs)
        CHECK(found.problems.front().text ==
              "search Observation: 1 of the results are about somebody else than the patient, as "
              "their focus says; they were left out");
}

TEST_CASE("statements: a bare code in answer to the question is told, and is no words",
          "[adapters]") {
    const auto coded = test::changed(observation("1", "Patient/a"), R"("valueString":"words")",
                                     R"("valueCodeableConcept":{"coding":[{"code":"LA14495-8"}]})");
    test::Scripted ehr([&](const Request&) { return answer(200, searchset({coded})); },
                       profileWith(R"("statementSearches":["code"])"));

    const auto found = ehr.adapter->statements({"a"});

    CHECK(found.observations.empty());
    REQUIRE(found.problems.size() == 1);
    CHECK(found.problems.front().path == "/entry/0/resource/valueCodeableConcept");
    CHECK_THAT(found.problems.front().text,
               Catch::Contains("is a code without words") && !Catch::Contains("LA14495"));
}

TEST_CASE("statements: what is said and cannot be shown is no silence", "[adapters]") {
    const auto [from, to, path] = GENERATE(table<std::string, std::string, std::string>({
        {R"("valueString":"words")", R"("valueInteger":4)", "/valueInteger"},
        {R"("valueString":"words")", R"("valueQuantity":{"value":4})", "/valueQuantity"},
        {R"("status":"final")", R"("status":"unknown")", "/status"},
    }));
    const auto odd = test::changed(observation("1", "Patient/a"), from, to);
    test::Scripted ehr([&](const Request&) { return answer(200, searchset({odd})); },
                       profileWith(R"("statementSearches":["code"])"));

    const auto found = ehr.adapter->statements({"a"});

    CHECK(found.observations.empty());
    CHECK(found.unread == std::set<std::string>{"a"});
    REQUIRE(found.problems.size() == 1);
    CHECK(found.problems.front().path == "/entry/0/resource" + path);
}

TEST_CASE("statements: other observations are not taken for statements", "[adapters]") {
    test::Scripted ehr([](const Request&) {
        return answer(
            200, searchset({observation("1", "Patient/a"), observation("2", "Patient/a", "8867-4"),
                            observation("3", "Patient/a", "81363-4"),
                            R"({"resourceType":"Patient","id":"a"})",
                            R"({"resourceType":"Observation","status":"final","code":{},
                                     "subject":{"reference":"Patient/a"}})",
                            R"({"resourceType":"Observation","id":"5","status":true})"}));
    });

    const auto found = ehr.adapter->statements({"a"});

    CHECK(ids(found) == std::set<std::string>{"1", "3"});
    CHECK(found.problems.size() == 2);  // of the entries that cannot be read, told once
}

TEST_CASE("statements: an element beside the words costs itself, with a line", "[adapters]") {
    const auto [member, line] = GENERATE(table<std::string, std::string>({
        {R"("issued":"2026-03-07T08:15:00")",
         "Observation/1: issued must be a date, or a date and time with a zone"},
        {R"("note":[{"text":7}])", "Observation/1: note[0].text must be text, not a number"},
        {R"("performer":[null])", "Observation/1: performer[0] must be an object, not null"},
        {R"("meta":{"security":[{"system":"s","code":7}]})",
         "Observation/1: meta.security[0].code must be text, not a number"},
        {R"("language":["tw"])", "Observation/1: language must be text, not a list"},
        {R"("derivedFrom":"Observation/0")", "Observation/1: derivedFrom must be a list, not text"},
    }));
    INFO(member);
    const auto odd = test::changed(observation("1", "Patient/a"), R"("status":)",
                                   std::string(member) + R"(,"status":)");
    test::Scripted ehr([&](const Request&) { return answer(200, searchset({odd})); });

    const auto found = ehr.adapter->statements({"a"});

    REQUIRE(found.observations.size() == 1);
    CHECK(found.observations.front().valueString == "words");
    REQUIRE(found.problems.size() == 1);  // of two searches
    CHECK_THAT(found.problems.front().text, Catch::StartsWith(line));
    CHECK(found.problems.front().path.empty());
    CHECK(found.problems.front().patient == "a");
}

TEST_CASE("statements: where the words may be, what cannot be read is no silence", "[adapters]") {
    const auto [part, odd] = GENERATE(table<std::string, std::string>({
        {R"("valueString":"words")", R"("valueString":["words"])"},
        {R"("valueString":"words")", R"("valueCodeableConcept":"words")"},
        {R"("code":"95541-9")", R"("code":955419)"},
        {R"("coding":[)", R"("coding":[7,)"},
    }));
    INFO(odd);
    // Not one of ours by its code, where that can be read.
    const auto entry = test::changed(
        observation("1", "Patient/a", part == R"("coding":[)" ? "8867-4" : "95541-9"), part, odd);
    test::Scripted ehr([&](const Request&) { return answer(200, searchset({entry})); });

    const auto found = ehr.adapter->statements({"a"});

    CHECK(found.observations.empty());
    REQUIRE(found.problems.size() == 1);
    CHECK_THAT(found.problems.front().text, Catch::StartsWith("Observation/1 cannot be read: "));
    CHECK_FALSE(found.problems.front().path.empty());
    CHECK(found.problems.front().resource == "Observation/1");
    CHECK(found.problems.front().patient == "a");
}

TEST_CASE("statements: another guide's statement is one, whatever its code", "[adapters]") {
    const auto [system, code, expected] = GENERATE(table<std::string, std::string, bool>({
        {"http://hl7.org/fhir/us/pco/CodeSystem/pco-concepts-temporary", "what-matters", true},
        {"http://hl7.org/fhir/us/pco/CodeSystem/pco-concepts-temporary", "wellbeing", false},
        {"http://hl7.org/fhir/us/core/CodeSystem/us-core-category", "care-experience-preference",
         true},
        {"http://hl7.org/fhir/us/core/CodeSystem/us-core-category",
         "treatment-intervention-preference", false},
    }));
    fhir::Observation observation;
    observation.category = {{{{system, code, {}}}, {}}};
    observation.code = {{{"http://loinc.org", "1-8", {}}}, {}};

    CHECK(adapters::isStatement(observation) == expected);
}

TEST_CASE("statements: one kind of search may be refused, and it is said", "[adapters]") {
    const std::string refused = GENERATE("code=", "category=");
    test::Scripted ehr([&](const Request& request) {
        if (request.url.query.find(refused) != std::string::npos) return answer(400);
        return answer(200, searchset({observation("1", "Patient/a")}));
    });

    const auto found = ehr.adapter->statements({"a"});

    CHECK(ids(found).size() == 1);
    REQUIRE(found.problems.size() == 1);
    CHECK_THAT(found.problems[0].text, Catch::Contains("may be missing"));
}

TEST_CASE("statements: where both are refused, or the server is down, it is an error",
          "[adapters]") {
    const auto [status, kind] = GENERATE(table<int, ErrorKind>(
        {{400, ErrorKind::Refused}, {503, ErrorKind::Unavailable}, {403, ErrorKind::Forbidden}}));
    const auto status_ = status;
    test::Scripted ehr([&](const Request&) { return answer(status_); });

    CHECK(thrown([&] { ehr.adapter->statements({"a"}); }).kind() == kind);
}

TEST_CASE("statements: one who cannot be read costs the others nothing", "[adapters]") {
    const auto [status, isAway, size] = GENERATE(
        table<int, bool, int>({{403, false, 1}, {404, false, 3}, {400, false, 3}, {500, true, 3}}));
    auto profile = adapters::vendorProfile("generic");
    profile.patientsPerSearch = size;
    const auto status_ = status;
    test::Scripted ehr(
        [&](const Request& request) {
            const auto asked = *fhir::Query::parse(request.url.query).find("patient");
            if (asked.find("Patient/b") != std::string::npos) return answer(status_);
            std::vector<std::string> found;
            for (const char* id : {"a", "c"})
                if (asked.find(std::string("Patient/") + id) != std::string::npos)
                    found.push_back(observation(id, std::string("Patient/") + id));
            return answer(200, searchset(found));
        },
        profile);

    const auto found = ehr.adapter->statements({"a", "b", "c"});

    CHECK(ids(found) == std::set<std::string>{"a", "c"});
    REQUIRE(found.problems.size() == 1);  // of two searches, told once
    CHECK_THAT(found.problems[0].text,
               Catch::StartsWith("Patient/b: what matters to them cannot be read: search Obs"));
    CHECK(found.problems[0].patient == "b");
    CHECK(found.unread == std::set<std::string>{"b"});
    CHECK(found.away == (isAway ? std::set<std::string>{"b"} : std::set<std::string>{}));
}

TEST_CASE("statements: of whom something cannot be read is known, and else it may be anybody",
          "[adapters]") {
    const auto [odd, unread] = GENERATE(table<std::string, std::set<std::string>>({
        {R"({"resourceType":"Observation","id":"1","status":7,
             "subject":{"reference":"Patient/a"}})",
         {"a"}},
        {R"({"resourceType":"Observation","id":"1","status":7,
             "subject":{"reference":"http://EHR.example/fhir/Patient/b"}})",
         {"b"}},
        {R"({"resourceType":"Observation","id":"1","status":"final","subject":7})", {"a", "b"}},
        {R"({"resourceType":"Observation","id":"1","status":7})", {"a", "b"}},
    }));
    const auto odd_ = odd;
    test::Scripted ehr([&](const Request&) {
        return answer(200, searchset({odd_, observation("2", "Patient/a")}));
    });

    const auto found = ehr.adapter->statements({"a", "b"});

    INFO(odd);
    CHECK(found.unread == unread);
    CHECK(found.away.empty());
    CHECK(ids(found) == std::set<std::string>{"2"});
}

TEST_CASE("statements: a server without Observations still has what other forms hold",
          "[adapters]") {
    const auto profile =
        profileWith(R"("questionnaire":{"url":"https://q.example/1","linkId":"w"})");
    const auto form = R"({"resourceType":"QuestionnaireResponse","id":"f","status":"completed",
        "questionnaire":"https://q.example/1","subject":{"reference":"Patient/a"},
        "item":[{"linkId":"w","answer":[{"valueString":"The garden"}]}]})";
    test::Scripted ehr(
        [&](const Request& request) {
            return request.url.path.ends_with("/Observation") ? answer(404)
                                                              : answer(200, searchset({form}));
        },
        profile);

    const auto found = ehr.adapter->statements({"a", "b"});

    CHECK(found.observations.size() == 1);
    REQUIRE(found.problems.size() == 1);
    CHECK_THAT(found.problems[0].text, Catch::StartsWith("the server has no Observation"));
    CHECK(found.unread.empty());
}

TEST_CASE("statements: of a server that has nothing to search, nothing is asked", "[adapters]") {
    test::Scripted ehr([](const Request&) { return answer(404); },
                       profileWith(R"("statementSearches":[])"));

    const auto found = ehr.adapter->statements({"a", "b"});

    CHECK(found.observations.empty());
    CHECK(found.unread.empty());
    CHECK(ehr.wire.requests.empty());
}

TEST_CASE("statements: patients are asked for once each, in batches", "[adapters]") {
    auto profile = adapters::vendorProfile("generic");
    profile.patientsPerSearch = 2;
    test::Scripted ehr([](const Request&) { return answer(200, searchset({})); }, profile);

    ehr.adapter->statements({"a", "b", "a", "c"});

    REQUIRE(ehr.wire.requests.size() == 4);
    std::set<std::string> searched;  // two at once, in any order
    for (const auto& request : ehr.wire.requests) {
        const auto query = fhir::Query::parse(request.url.query);
        searched.insert(*query.find("patient") + " " + query.find("code").value_or(""));
    }
    const std::string codes = "http://loinc.org|95541-9,http://loinc.org|81363-4";
    CHECK(searched == std::set<std::string>{"Patient/a,Patient/b " + codes, "Patient/a,Patient/b ",
                                            "Patient/c " + codes, "Patient/c "});
    CHECK(ehr.adapter->statements({}).observations.empty());
    CHECK(thrown([&] { ehr.adapter->statements({"a,b"}); }).kind() == ErrorKind::InvalidInput);
    CHECK(ehr.wire.requests.size() == 4);
}

}  // namespace statements_statements_test
