// CDS Hooks 2.0 (https://cds-hooks.hl7.org/2.0/) against the real service.
#include <atomic>

#include "tests/service/service_fixture.h"

namespace cds_hooks_test {

using test::at;
using test::eventually;
using test::form;
using test::has;
using test::ServiceFixture;
using test::sizeAt;

namespace {

constexpr const char* kService = "/cds-services/what-matters";
constexpr const char* kAdmission = "/cds-services/what-matters-admission";

/// A patient-view call about a patient. `more`: further members, each with a comma before it.
std::string call(const std::string& more = {}, const std::string& patient = "patient-1") {
    return R"({"hook":"patient-view","hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",)"
           R"("context":{"userId":"Practitioner/1","patientId":")" +
           patient + "\"}" + more + "}";
}

std::string statements(const std::string& value) {
    return R"(,"prefetch":{"statements":)" + value + "}";
}

/// A prefetch that leaves nothing open.
std::string prefetched(const std::string& statements) {
    return R"(,"prefetch":{"patient":null,"encounter":null,"statements":)" + statements + "}";
}

/// An Observation as the prefetch brings it, in a searchset. `patient`: an id, or where it is.
std::string searchset(const std::string& words, const std::string& patient = "patient-1",
                      const std::string& more = {}) {
    const auto subject = test::has(patient, "/") ? patient : "Patient/" + patient;
    return R"({"resourceType":"Bundle","type":"searchset",)" + more +
           R"("entry":[{"search":{"mode":"match"},"resource":{"resourceType":"Observation",)"
           R"("id":"o1","status":"final","category":[{"coding":[{"system":)"
           R"("http://hl7.org/fhir/us/core/CodeSystem/us-core-category",)"
           R"("code":"care-experience-preference"}]}],"code":{"coding":[{"system":)"
           R"("http://loinc.org","code":"81363-4"}]},"subject":{"reference":")" +
           subject + R"("},"effectiveDateTime":"2026-03-01","valueString":")" + words + "\"}}]}";
}

/// An encounter-start call about a patient in their stay.
std::string admission(const std::string& more = {}, const std::string& patient = "patient-1") {
    return R"({"hook":"encounter-start","hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",)"
           R"("context":{"userId":"Practitioner/1","patientId":")" +
           patient + R"(","encounterId":"stay-1"})" + more + "}";
}

/// No member is null, "" or an empty array or object (CDS Hooks 2.0, "no null or empty values").
bool isWithoutEmptyMembers(const fhir::json::Value& value) {
    if (value.isNull()) return false;
    if (value.isString()) return !value.text().empty();
    if (value.isArray()) {
        for (const auto element : value.array())
            if (!isWithoutEmptyMembers(element)) return false;
        return value.size() > 0;
    }
    if (!value.isObject()) return true;
    for (const auto [name, member] : value.object())
        if (!isWithoutEmptyMembers(member)) return false;
    return value.size() > 0;
}

}  // namespace

TEST_CASE("cds: discovery names each service with what it must have", "[service]") {
    ServiceFixture fixture;

    const auto response = fixture.get("/cds-services");

    REQUIRE(response.status == 200);
    CHECK(response.headers.find("Content-Type") == "application/json");
    REQUIRE(sizeAt(response.body, "/services") == 3);
    CHECK(at(response.body, "/services/0/hook") == "patient-view");
    CHECK(at(response.body, "/services/0/id") == "what-matters");
    CHECK(at(response.body, "/services/0/description") != "");
    CHECK(has(at(response.body, "/services/0/prefetch/statements"), "{{context.patientId}}"));
    CHECK(isWithoutEmptyMembers(fhir::json::Document::parse(response.body).root()));
}

TEST_CASE("cds: a full prefetch is answered without the EHR", "[service]") {
    ServiceFixture fixture;
    eventually([&] { return fixture.ehr.count("GET /fhir/Observation") > 0; });  // the first sync
    fixture.readWard();
    const auto before = fixture.ehr.count();

    const auto response = fixture.post(kService, call(prefetched(searchset("I want to go home."))));

    REQUIRE(response.status == 200);
    REQUIRE(sizeAt(response.body, "/cards") == 1);
    CHECK(at(response.body, "/cards/0/summary") == "I want to go home.");
    CHECK(at(response.body, "/cards/0/indicator") == "info");
    CHECK(at(response.body, "/cards/0/source/label") == "What Matters");
    CHECK(isWithoutEmptyMembers(fhir::json::Document::parse(response.body).root()));
    CHECK(fixture.ehr.count() == before);
}

TEST_CASE("cds: a null prefetch means that there is nothing", "[service]") {
    ServiceFixture fixture;
    fixture.readWard();
    const auto before = fixture.ehr.count("GET /fhir/Observation");

    const auto response = fixture.post(kService, call(statements("null")));

    CHECK(response.status == 200);
    CHECK(response.body == R"({"cards":[]})");
    CHECK(fixture.ehr.count("GET /fhir/Observation") == before);
}

TEST_CASE("cds: a prefetch that failed is not asked for again", "[service]") {
    ServiceFixture fixture;
    fixture.readWard();
    const auto before = fixture.ehr.count("GET /fhir/Observation");

    const auto response = fixture.post(
        kService, call(statements(R"({"resourceType":"OperationOutcome","issue":[{"severity":)"
                                  R"("error","code":"timeout"}]})")));

    REQUIRE(response.status == 200);
    CHECK(has(at(response.body, "/cards/0/summary"), "Jeg vil hjem"));  // from the projection
    CHECK(has(at(response.body, "/cards/0/detail"), "could not be read in time"));
    CHECK(fixture.ehr.count("GET /fhir/Observation") == before);
}

TEST_CASE("cds: what the prefetch leaves open is read from the EHR", "[service]") {
    ServiceFixture fixture;
    fixture.readWard();
    const auto prefetch = GENERATE(
        std::string(), std::string(R"(,"prefetch":{})"),
        statements(searchset("A first page.", "patient-1",
                             R"("link":[{"relation":"next","url":"http://x.example/2"}],)")),
        statements(R"({"resourceType":"Bundle","type":"searchset","entry":"none"})"));
    const auto before = fixture.ehr.count("GET /fhir/Observation");

    const auto response = fixture.post(kService, call(prefetch));

    INFO(prefetch);
    REQUIRE(response.status == 200);
    CHECK(has(at(response.body, "/cards/0/summary"), "Jeg vil hjem"));
    CHECK(fixture.ehr.count("GET /fhir/Observation") > before);
}

TEST_CASE("cds: another patient's words in the prefetch are never shown", "[service]") {
    ServiceFixture fixture;

    const auto response =
        fixture.post(kService, call(statements(searchset("Not hers.", "patient-2"))));

    CHECK(response.status == 200);
    CHECK_FALSE(has(response.body, "Not hers."));
}

TEST_CASE("cds: words about a patient of another server with the same id are never shown",
          "[service]") {
    ServiceFixture fixture;
    const auto subject =
        GENERATE(std::string("https://other.example/fhir/Patient/patient-1"),
                 std::string("https://other.example/fhir/Patient/patient-1/_history/2"),
                 std::string("http://127.0.0.1:1/fhir/Patient/patient-1"));
    const auto own = GENERATE("Patient/patient-1", "Patient/patient-1/_history/2");

    const auto foreign =
        fixture.post(kService, call(prefetched(searchset("Said elsewhere.", subject))));
    const auto absolute = fixture.post(
        kService, call(prefetched(searchset("Said here.", fixture.ehr.base() + "/" + own))));
    auto base = fixture.ehr.base();
    const auto shouted = fixture.post(
        kService,
        call(prefetched(searchset("Said here.", base.replace(0, 4, "HTTP") + "/" + own))));

    CHECK(foreign.body == R"({"cards":[]})");
    CHECK(at(absolute.body, "/cards/0/summary") == "Said here.");
    CHECK(at(shouted.body, "/cards/0/summary") == "Said here.");
}

TEST_CASE("cds: the stay of a patient of another server with the same id is not theirs",
          "[service]") {
    ServiceFixture fixture;
    const std::string patient = "patient-77";  // of whom no stay is held here
    const auto detailAt = [&](const std::string& server) {
        const auto encounter =
            R"({"resourceType":"Encounter","id":"stay-1","status":"in-progress","class":{"code":)"
            R"("IMP"},"subject":{"reference":")" +
            server + "Patient/" + patient + R"("},"period":{"start":"2026-03-05T08:00:00Z"}})";
        const auto prefetch = R"(,"prefetch":{"patient":null,"encounter":)" + encounter +
                              R"(,"statements":)" + searchset("To dance.", patient) + "}";
        return at(fixture.post(kAdmission, admission(prefetch, patient)).body, "/cards/0/detail");
    };

    CHECK(has(detailAt(""), "before this stay"));
    CHECK(has(detailAt(fixture.ehr.base() + "/"), "before this stay"));
    CHECK(has(detailAt("https://other.example/fhir/"), "To dance"));
    CHECK_FALSE(has(detailAt("https://other.example/fhir/"), "before this stay"));
}

TEST_CASE("cds: nobody is said to have written nothing down where the chart cannot be read",
          "[service]") {
    ServiceFixture fixture({.ehrSecondsMax = 300});
    const std::string patient = "patient-77";  // of whom nothing is held here
    const std::string outcome =
        R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"timeout"}]})";
    const std::string others = R"(,"prefetch":{"patient":null,"encounter":null)";
    const auto unreadable =
        test::changed(searchset("To dance.", patient), R"("To dance.")", R"(["To dance."])");
    struct Row {
        const char* name;
        std::string prefetch;
        test::Ehr::Fault fault;
        /// Of a call that is not to ask: 412 where nothing came, and the EHR cannot be read either.
        int status = 200;
    };
    const std::string read = "GET /fhir/Observation";
    const auto row = GENERATE_COPY(values<Row>({
        {"an error", others + "}", test::answering(read, 500), 412},
        {"down", others + "}", test::answering(read, 503, ""), 412},
        {"a sign-in page", others + "}", test::answering(read, 200, "<html>Sign in</html>"), 412},
        {"an outcome in the place of the words", others + "}", test::answering(read, 200, outcome),
         412},
        {"an outcome in the prefetch", others + R"(,"statements":)" + outcome + "}", {}},
        {"an entry that cannot be read", others + "}", test::answering(read, 200, unreadable)},
        {"an entry of the prefetch that is none",
         others + R"(,"statements":{"resourceType":"Bundle","type":"searchset","entry":["x"]}})",
         {}},
        {"words of a patient of another server in the prefetch",
         others + R"(,"statements":)" +
             searchset("Said elsewhere.", "https://other.example/fhir/Patient/patient-77") + "}",
         {}},
        {"an entry of the prefetch that cannot be read",
         others + R"(,"statements":)" + unreadable + "}", test::answering(read, 500)},
    }));
    fixture.ehr.fail(row.fault);

    test::Response view;
    const bool isViewed = eventually([&] {
        view = fixture.post(kService, call(row.prefetch, patient));
        return view.status == row.status;
    });
    test::Response start;
    const bool isSaid = eventually([&] {
        start = fixture.post(kAdmission, admission(row.prefetch, patient));
        return start.status == 200 && sizeAt(start.body, "/cards") == 1;
    });

    INFO(row.name << " " << start.body);
    CHECK(isSaid);
    CHECK_FALSE(has(start.body, "Nobody has written down"));
    CHECK_FALSE(has(start.body, "Is there a moment to ask"));
    CHECK(has(at(start.body, "/cards/0/summary"), "could not be read"));
    CHECK(at(start.body, "/cards/0/links/0/label") == "What matters");
    CHECK(isWithoutEmptyMembers(fhir::json::Document::parse(start.body).root()));
    CHECK(isViewed);
    if (row.status == 200) CHECK(view.body == R"({"cards":[]})");
}

// A time says nothing on a busy machine. But these EHRs are silent and would be waited for for five
// minutes: whoever is answered at all was not made to wait for them.

TEST_CASE("cds: a slow EHR does not hold up a clinician", "[service]") {
    ServiceFixture fixture({.ehrSecondsMax = 300});
    fixture.readWard();
    fixture.ehr.fail(test::silent("GET /fhir/Observation"));

    const auto known = fixture.post(kService, call());
    const auto unknown = fixture.post(kService, call({}, "patient-77"));

    REQUIRE(known.status == 200);
    CHECK(has(at(known.body, "/cards/0/summary"), "Jeg vil hjem"));
    CHECK(has(at(known.body, "/cards/0/detail"), "could not be read in time"));
    CHECK(unknown.status == 200);
    CHECK(unknown.body == R"({"cards":[]})");
}

TEST_CASE("cds: on admission nothing is said where the EHR is too slow and nothing is known",
          "[service]") {
    ServiceFixture fixture({.ehrSecondsMax = 300});
    fixture.readWard();  // or the end of the test waits for it
    fixture.ehr.fail(test::silent("GET /fhir/Observation"));

    const auto response = fixture.post(
        kAdmission, admission(R"(,"prefetch":{"patient":null,"encounter":null})", "patient-77"));

    CHECK(response.body == R"({"cards":[]})");
}

TEST_CASE("cds: a crowd of calls while the EHR is slow is answered too", "[service]") {
    ServiceFixture fixture({.ehrSecondsMax = 300});
    fixture.readWard();
    fixture.ehr.fail(test::silent("GET /fhir/Observation"));
    std::atomic<int> answered = 0;

    {
        std::vector<std::jthread> callers;
        for (int i = 0; i < 50; ++i)
            callers.emplace_back([&] {
                const auto response = fixture.post(kService, call());
                if (response.status == 200 && has(response.body, "Jeg vil hjem")) ++answered;
            });
    }

    CHECK(answered == 50);
}

TEST_CASE("cds: nobody who is not trusted learns anything", "[service]") {
    ServiceFixture fixture({.development = false});
    const auto told = [](const test::Response& response) {
        CHECK(response.status == 401);
        return at(response.body, "/detail");
    };
    const auto base = fixture.ehr.base();

    const auto untrusted = told(fixture.post(kService, call()));
    CHECK(told(fixture.get("/cds-services")) == untrusted);
    CHECK(told(fixture.post(kService, call(R"(,"fhirServer":")" + base + "\""))) == untrusted);
    CHECK(told(fixture.post(kService, call(R"(,"fhirServer":"https://other.example/fhir")"))) ==
          untrusted);
    CHECK(told(fixture.post(kService, "{}")) == untrusted);  // nor which calls would be right
}

TEST_CASE("cds: a trusted network may call, for the server of its connection", "[service]") {
    ServiceFixture fixture({.development = false, .connection = R"(,"cds":{"trustNetwork":true})"});
    const auto prefetch = statements(searchset("I want to go home."));
    const auto server = [](const std::string& base) { return R"(,"fhirServer":")" + base + "\""; };

    const auto own = fixture.post(kService, call(prefetch + server(fixture.ehr.base())));
    const auto slash = fixture.post(kService, call(prefetch + server(fixture.ehr.base() + "/")));
    const auto other = fixture.post(
        kService, call(prefetch + server("https://OTHER.example:443/fhir?token=secret")));

    CHECK(sizeAt(own.body, "/cards") == 1);
    CHECK(sizeAt(slash.body, "/cards") == 1);
    CHECK(other.status == 401);
    CHECK(has(fixture.log(), "\"fhirServer\":\"https://other.example/fhir\""));
    CHECK(has(fixture.log(), "\"fhirBase\":\"" + fixture.ehr.base()));
    CHECK_FALSE(has(fixture.log(), "secret"));
    CHECK(fixture.get("/cds-services").status == 200);
}

TEST_CASE("cds: a call that is wrong is told what is wrong", "[service]") {
    ServiceFixture fixture;
    const auto [body, pointer] = GENERATE(table<std::string, std::string>({
        {"", ""},
        {"[]", ""},
        {R"({"hook":"order-sign","hookInstance":"x","context":{}})", "/hook"},
        {R"({"hook":"patient-view","context":{}})", "/hookInstance"},
        {R"({"hook":"patient-view","hookInstance":"x"})", "/context"},
        {R"({"hook":"patient-view","hookInstance":"x","context":{"userId":"Practitioner/1"}})",
         "/context/patientId"},
        {R"({"hook":"patient-view","hookInstance":"x","context":{"userId":"Practitioner/1",)"
         R"("patientId":"../../Patient"}})",
         "/context/patientId"},
    }));

    const auto response = fixture.post(kService, body);

    INFO(body << " " << response.body);
    CHECK(response.status == 400);
    CHECK(at(response.body, "/errors/0/pointer") == pointer);
}

TEST_CASE("cds: words that are kept to the care team are not on the card", "[service]") {
    ServiceFixture fixture;
    const auto page = fixture.open("patient-1");
    REQUIRE(fixture
                .post(page, "/api/patient/statements",
                      form("Only for those who care for me.", R"(,"keep":true)"))
                .status == 201);

    const auto response = fixture.post(kService, call(statements("null")));

    REQUIRE(sizeAt(response.body, "/cards") == 1);
    CHECK_FALSE(has(response.body, "Only for those"));
    CHECK(has(at(response.body, "/cards/0/summary"), "kept to the care team"));
}

}  // namespace cds_hooks_test
