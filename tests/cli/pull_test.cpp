#include <chrono>
#include <set>

#include "fhir/r4/date_time.h"
#include "plugin/cli/simulated_ehr.h"
#include "tests/cli/command_line.h"

namespace pull_test {

using test::at;
using test::has;

TEST_CASE("pull: the demo's own EHR gives its 24 people, each with what matters", "[cli]") {
    const plugin::cli::SimulatedEhr ehr({});
    const test::Site site(ehr.base());

    const auto outcome =
        site.run({"pull", "--connection", "general", "--unit", "ward-7", "--json"});

    INFO(outcome.err);
    REQUIRE(outcome.exit == 0);
    CHECK(has(outcome.err, "24 people on Ward 7 now."));
    const auto lines = outcome.lines();
    REQUIRE(lines.size() == 24);
    std::set<std::string> encounters, states;
    bool wordsOfFirst = false;
    for (const auto& line : lines) {
        INFO(line);
        encounters.insert(at(line, "/encounter"));
        states.insert(at(line, "/whatMatters/freshness"));
        CHECK(at(line, "/encounter").starts_with("Encounter/"));
        CHECK(at(line, "/patient").starts_with("Patient/"));
        CHECK(at(line, "/name") != "");
        CHECK(at(line, "/status") != "");
        CHECK(at(line, "/class") != "");
        CHECK(at(line, "/unit") == "ward-7");
        CHECK(at(line, "/location").starts_with("Bed "));
        CHECK(at(line, "/start").starts_with("20"));
        CHECK(at(line, "/whatMatters/reason") != "");
        const bool said = at(line, "/whatMatters/text") != "";
        if (said) {
            CHECK(at(line, "/whatMatters/aspect") != "");
            CHECK(at(line, "/whatMatters/by") != "");
        }
        if (at(line, "/whatMatters/freshness") == "unasked") CHECK_FALSE(said);
        wordsOfFirst = wordsOfFirst || has(line, "Jeg vil hjem til hunden min");
    }
    CHECK(encounters.size() == 24);
    CHECK(states ==
          std::set<std::string>{"fresh", "ageing", "check", "doubted", "declined", "unasked"});
    CHECK(wordsOfFirst);
}

// firely-net-sdk#1919: Epic's ids are longer than R4 has them; openemr#5123: "_" in an id.
TEST_CASE("pull: a stay with an id that is longer than R4 has them is on the list", "[cli]") {
    const std::string id = GENERATE("e" + std::string(69, 'X'), std::string("CSN_123"));
    test::Ehr ehr(1);
    auto stay = ehr.get("/Encounter/stay-1");
    const std::string own = R"("id":"stay-1")";
    const auto place = stay.find(own);
    REQUIRE(place != std::string::npos);
    stay.replace(place, own.size(), R"("id":")" + id + "\"");
    ehr.fail(test::answering(
        "GET /fhir/Encounter", 200,
        R"({"resourceType":"Bundle","type":"searchset","entry":[{"resource":)" + stay + "}]}"));
    const test::Site site(ehr.base());

    const auto outcome =
        site.run({"pull", "--connection", "general", "--unit", "ward-7", "--json"});

    INFO(outcome.out << outcome.err);
    CHECK(outcome.exit == 0);
    REQUIRE(outcome.lines().size() == 1);
    CHECK(at(outcome.lines().front(), "/encounter") == "Encounter/" + id);
}

TEST_CASE("pull: whose record cannot be read is not said to have never been asked", "[cli]") {
    test::Ehr ehr(1);
    ehr.fail(test::answering(
        "GET /fhir/Observation", 200,
        R"({"resourceType":"Bundle","type":"searchset","entry":[{"resource":{"resourceType":)"
        R"("Observation","id":"o1","status":7,"subject":{"reference":"Patient/patient-1"}}}]})"));
    const test::Site site(ehr.base());

    const auto asJson = site.run({"pull", "--connection", "general", "--unit", "ward-7", "--json"});
    const auto asText = site.run({"pull", "--connection", "general", "--unit", "ward-7"});

    INFO(asJson.out << asJson.err);
    CHECK(at(asJson.out, "/whatMatters/freshness") == "unread");
    CHECK(has(asText.out, "unread: A record could not be read"));
    CHECK_FALSE(has(asText.out, "Not asked yet"));
}

TEST_CASE("pull: words that are kept to the care team are not printed", "[cli]") {
    test::Ehr ehr(1);
    const test::Site site(ehr.base());
    const auto kept = site.push("Only for those who care for me.", {"--keep"});
    REQUIRE(kept.exit == 0);

    const auto asJson = site.run({"pull", "--connection", "general", "--unit", "ward-7", "--json"});
    const auto asText = site.run({"pull", "--connection", "general", "--unit", "ward-7"});

    CHECK(at(asJson.out, "/whatMatters/kept") == "true");
    CHECK_FALSE(has(asJson.out, "Only for those"));
    CHECK_FALSE(has(asText.out, "Only for those"));
    CHECK(has(asText.out, "kept to the care team"));
}

TEST_CASE("pull: words of anybody but the patient stand behind who said them", "[cli]") {
    test::Ehr ehr(1);
    const test::Site site(ehr.base());
    const auto now = fhir::toFhirInstant(std::chrono::system_clock::now());
    const auto post = [&](const std::string& words, const std::string& performer) {
        const auto response = ehr.post(
            "/Observation",
            R"({"resourceType":"Observation","status":"final","code":{"coding":[{"system":)"
            R"("http://loinc.org","code":"81363-4"}]},"subject":{"reference":"Patient/patient-1"},)"
            R"("effectiveDateTime":")" +
                now + R"(","performer":[)" + performer + R"(],"valueString":")" + words + "\"}");
        REQUIRE(response.status == 201);
    };
    const auto pull = [&](const std::string& form) {
        auto words =
            std::vector<std::string>{"pull", "--connection", "general", "--unit", "ward-7"};
        if (!form.empty()) words.push_back(form);
        return site.run(words).out;
    };
    post("He should stay here.", R"({"type":"RelatedPerson","display":"Petra, daughter"})");

    CHECK(has(pull(""), "Petra, daughter: \u201cHe should stay here.\u201d"));
    CHECK(at(pull("--json"), "/whatMatters/by") == "related-person");

    post("I want to go home.", R"({"reference":"Patient/patient-1"})");
    const auto both = pull("");

    CHECK(has(both, "Petra, daughter: \u201cHe should stay here.\u201d"));
    CHECK(has(both, "The patient: \u201cI want to go home.\u201d"));
    CHECK(has(both, "doubted: "));
    CHECK(at(pull("--json"), "/whatMatters/other/by") != "");
}

TEST_CASE("pull: an unknown connection or unit is answered with the known ones", "[cli]") {
    const test::Site site("http://127.0.0.1:1/fhir");

    const auto connection = site.run({"pull", "--connection", "genral", "--unit", "ward-7"});
    const auto unit = site.run({"pull", "--connection", "general", "--unit", "ward-8"});

    CHECK(connection.exit == 2);
    CHECK(has(connection.err, "no connection \"genral\"; it has: general"));
    CHECK(unit.exit == 2);
    CHECK(has(unit.err, "no unit \"ward-8\"; it has: ward-7"));
}

TEST_CASE("pull: an EHR that fails is named, with the step and an exit code", "[cli]") {
    const std::string html = "<html>Gateway</html>";
    const auto [bytes, exit] = GENERATE_COPY(table<std::string, int>({
        {test::answer(200, html, "Content-Type: text/html\r\n"), 1},
        {test::answer(200, ""), 1},
        {"HTTP/1.1 200 OK\r\nContent-Type: application/fhir+json\r\nContent-Length: 900\r\n\r\n{",
         3},
        {test::answer(401, ""), 1},
        {test::answer(403, ""), 1},
        {test::answer(404, ""), 1},
        {test::answer(429, "", "Retry-After: 120\r\n"), 3},
        {test::answer(500, ""), 3},
        {test::answer(503, html), 3},
    }));
    test::Ehr ehr(1);
    ehr.fail(test::always(bytes));
    const test::Site site(ehr.base());

    const auto outcome = site.run({"pull", "--connection", "general", "--unit", "ward-7"});

    INFO(bytes << "\n" << outcome.err);
    CHECK(outcome.exit == exit);
    CHECK(outcome.out == "");
    CHECK(has(outcome.err, "connection general, unit ward-7: "));
    CHECK_FALSE(has(outcome.err, "Gateway"));
}

TEST_CASE("pull: an EHR that is down or silent cannot be reached", "[cli]") {
    test::Ehr slow(1);
    slow.fail(test::silent());
    const auto base = GENERATE_REF(
        "http://127.0.0.1:" + std::to_string(test::closedPort()) + "/fhir", slow.base());
    const test::Site site(base);

    const auto outcome = site.run({"pull", "--connection", "general", "--unit", "ward-7"});

    CHECK(outcome.exit == 3);
    CHECK(has(outcome.err, "connection general, unit ward-7: "));
}

}  // namespace pull_test
