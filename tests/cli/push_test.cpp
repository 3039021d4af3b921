#include "tests/cli/command_line.h"

namespace push_test {

using test::at;
using test::has;
using test::kUuid;

namespace {

std::string byIdentifier(const std::string& type) {
    return "/" + type + "?identifier=urn%3Aietf%3Arfc%3A3986%7Curn%3Auuid%3A" + kUuid;
}

}  // namespace

TEST_CASE("push statement: it is delivered, and is one Observation", "[cli]") {
    test::Ehr ehr(1);
    const test::Site site(ehr.base());

    const auto first = site.push("I want to see the sea.", {"--id", kUuid});
    const auto again = site.push("I want to see the sea.", {"--id", kUuid});

    INFO(first.err);
    REQUIRE(first.exit == 0);
    CHECK(at(first.out, "/id") == kUuid);
    CHECK(at(first.out, "/state") == "delivered");
    CHECK(at(first.out, "/route") == "observation");
    const auto location = at(first.out, "/location");
    REQUIRE(location.starts_with("Observation/"));
    CHECK(at(ehr.get("/" + location), "/valueString") == "I want to see the sea.");
    CHECK(again.exit == 0);
    CHECK(at(again.out, "/location") == location);
    CHECK(ehr.total(byIdentifier("Observation")) == 1);
    CHECK(ehr.count("POST /fhir/Observation") == 1);
}

TEST_CASE("push statement: the same id with other words is refused", "[cli]") {
    test::Ehr ehr(1);
    const test::Site site(ehr.base());
    REQUIRE(site.push("I want to see the sea.", {"--id", kUuid}).exit == 0);

    const auto other = site.push("I want to go home.", {"--id", kUuid});

    CHECK(other.exit == 1);
    CHECK(has(other.err, "other words"));
    CHECK(ehr.total(byIdentifier("Observation")) == 1);
}

TEST_CASE("push statement: nobody's words are not written down", "[cli]") {
    test::Ehr ehr(2);
    const test::Site site(ehr.base());
    const auto push = [&](const std::string& patient, const std::string& encounter) {
        return site.run({"push", "statement", "--connection", "general", "--patient", patient,
                         "--encounter", encounter, "--text", "x", "--wait"});
    };

    const auto nobody = push("patient-77", "stay-1");
    const auto otherStay = push("patient-1", "stay-2");

    CHECK(nobody.exit == 1);
    CHECK(has(nobody.err, "connection general"));
    CHECK(otherStay.exit == 2);
    CHECK(has(otherStay.err, "another patient's"));
    CHECK(ehr.count("POST") == 0);
    CHECK(site.run({"outbox", "list", "--all", "--json"}).out == "");
}

TEST_CASE("push statement: a stay of a patient of another server is another patient's", "[cli]") {
    test::Ehr ehr(1);
    const test::Site site(ehr.base());
    const auto encounter = [](const std::string& server) {
        return R"({"resourceType":"Encounter","id":"stay-1","status":"in-progress","class":{},)"
               R"("subject":{"reference":")" +
               server + R"(Patient/patient-1"}})";
    };
    ehr.fail(test::answering("GET /fhir/Encounter/stay-1", 200,
                             encounter("https://other.example/fhir/")));

    const auto elsewhere = site.push("x", {"--encounter", "stay-1"});
    ehr.fail(test::answering("GET /fhir/Encounter/stay-1", 200,
                             encounter("HTTP" + ehr.base().substr(4) + "/")));
    const auto here = site.push("x", {"--encounter", "stay-1"});

    CHECK(elsewhere.exit == 2);
    CHECK(has(elsewhere.err, "another patient's"));
    CHECK(here.exit == 0);
    CHECK(ehr.count("POST /fhir/Observation") == 1);
}

TEST_CASE("push statement: every fault of the words is named", "[cli]") {
    const test::Site site("http://127.0.0.1:1/fhir");
    const auto push = [&](std::vector<std::string> more) {
        std::vector<std::string> words{"push",    "statement", "--connection",
                                       "general", "--patient", "patient-1"};
        words.insert(words.end(), more.begin(), more.end());
        return site.run(words);
    };
    const auto nothing = push({});
    const auto two = push({"--text", "x", "--declined", "asked-declined", "--said", "2999-01-01"});

    CHECK(nothing.exit == 2);
    CHECK(has(nothing.err, "/text: "));
    CHECK(two.exit == 2);
    CHECK(has(two.err, "/said: "));
    CHECK(push({"--text", "x", "--said", "yesterday"}).exit == 2);
    CHECK(push({"--text", "x", "--id", "7"}).exit == 2);
    const auto aspect = push({"--text", "x", "--aspect", "mood"});
    CHECK(aspect.exit == 2);
    CHECK(has(aspect.err, "about-me"));
    CHECK(push({"--declined", "busy"}).exit == 2);
    CHECK(push({"--text", "x", "--method", "letter"}).exit == 2);
}

TEST_CASE("push flag: a team's flag is delivered once as a Flag", "[cli]") {
    test::Ehr ehr(1);
    const test::Site site(ehr.base());
    const std::vector<std::string> words{"push",   "flag",   "--connection", "general",
                                         "--team", "ward-7", "--reason",     "strain",
                                         "--id",   kUuid,    "--wait",       "--json"};

    const auto first = site.run(words);
    const auto again = site.run(words);

    INFO(first.err);
    REQUIRE(first.exit == 0);
    CHECK(at(first.out, "/state") == "delivered");
    CHECK(at(first.out, "/route") == "flag");
    CHECK(again.exit == 0);
    CHECK(ehr.total(byIdentifier("Flag")) == 1);
    const auto flag = ehr.get("/" + at(first.out, "/location"));
    CHECK(at(flag, "/subject/reference") == "Organization/ward-7-team");
    CHECK(at(flag, "/status") == "active");
}

TEST_CASE("push flag: a person cannot be flagged, and nothing is sent", "[cli]") {
    const auto subject = GENERATE("Patient/patient-1", "Practitioner/1", "PractitionerRole/1");
    test::Ehr ehr(1);
    const test::TemporaryFolder folder;
    auto text = test::siteText(ehr.base());
    text.replace(text.find("Organization/ward-7-team"), 24, subject);
    const auto file = folder.write("site.json", text);

    const auto outcome = test::run({"push", "flag", "--config", file, "--connection", "general",
                                    "--team", "ward-7", "--reason", "strain", "--wait"});

    CHECK(outcome.exit == 2);
    CHECK(has(outcome.err, "/teams/0/subject: "));
    CHECK(ehr.count() == 0);
}

TEST_CASE("push flag: an unknown team or reason is answered with the known ones", "[cli]") {
    const test::Site site("http://127.0.0.1:1/fhir");

    const auto team = site.run(
        {"push", "flag", "--connection", "general", "--team", "ward-8", "--reason", "strain"});
    const auto reason = site.run(
        {"push", "flag", "--connection", "general", "--team", "ward-7", "--reason", "lazy"});

    CHECK(team.exit == 2);
    CHECK(has(team.err, "it has: ward-7"));
    CHECK(reason.exit == 2);
    CHECK(has(reason.err, "strain, decline, theme, bright-spot"));
}

TEST_CASE("push: what was written down is kept, whatever the EHR answers, and goes later",
          "[cli]") {
    const auto [name, bytes, exit] = GENERATE(table<std::string, std::string, int>({
        {"html", test::answer(200, "<html>Gateway</html>", "Content-Type: text/html\r\n"), 1},
        {"empty", test::answer(200, ""), 1},
        {"truncated", "HTTP/1.1 201 Created\r\nContent-Length: 900\r\n\r\n{\"resourceType\"", 3},
        {"401", test::answer(401, ""), 1},
        {"429", test::answer(429, "", "Retry-After: 120\r\n"), 3},
        {"500", test::answer(500, ""), 3},
    }));
    test::Ehr ehr(1);
    ehr.fail(test::always(bytes));
    const test::Site site(ehr.base());

    const auto pushed = site.push("I want to see the sea.", {"--id", kUuid});
    const auto listed = site.run({"outbox", "list", "--json"});
    ehr.mend();
    const auto retried = site.run({"outbox", "retry", kUuid, "--wait", "--json"});

    INFO(name << "\n" << pushed.err << "\n" << retried.err);
    CHECK(pushed.exit == exit);
    CHECK(has(pushed.err, "connection general"));
    CHECK(has(pushed.err, "Nothing is lost"));
    CHECK(has(pushed.err, std::string("whatmatters outbox retry ") + kUuid));
    CHECK_FALSE(has(pushed.err, "Gateway"));
    REQUIRE(listed.lines().size() == 1);
    CHECK(at(listed.out, "/id") == kUuid);
    CHECK(at(listed.out, "/state") == "waiting");
    CHECK(at(listed.out, "/lastError") != "");
    CHECK(retried.exit == 0);
    CHECK(at(retried.out, "/state") == "delivered");
    CHECK(ehr.total(byIdentifier("Observation")) == 1);
}

TEST_CASE("push: an answer that is lost does not make two of it", "[cli]") {
    test::Ehr ehr(1);
    const test::Site site(ehr.base());
    ehr.loseAnswerTo("POST /fhir/Observation");
    REQUIRE(site.push("I want to see the sea.", {"--id", kUuid}).exit == 3);
    REQUIRE(ehr.total(byIdentifier("Observation")) == 1);

    const auto retried = site.run({"outbox", "retry", kUuid, "--wait", "--json"});

    CHECK(retried.exit == 0);
    CHECK(ehr.total(byIdentifier("Observation")) == 1);
}

TEST_CASE("push: an EHR that is silent is given up on after its time-out", "[cli]") {
    test::Ehr ehr(1);
    ehr.fail(test::silent());
    const test::Site site(ehr.base());
    const auto started = std::chrono::steady_clock::now();

    const auto outcome = site.push("I want to see the sea.");

    CHECK(outcome.exit == 3);
    CHECK(has(outcome.err, "Nothing is lost"));
    CHECK(std::chrono::steady_clock::now() - started < std::chrono::seconds(20));
}

TEST_CASE("push withdrawal: a mistake is marked in the chart, once", "[cli]") {
    test::Ehr ehr(1);
    const test::Site site(ehr.base());
    const auto location = at(site.push("Of another patient.", {"--id", kUuid}).out, "/location");
    const auto withdraw = [&](const std::string& patient) {
        return site.run({"push", "withdrawal", "--connection", "general", "--patient", patient,
                         "--statement", kUuid, "--wait", "--json"});
    };

    const auto foreign = withdraw("patient-77");
    const auto first = withdraw("patient-1");
    const auto again = withdraw("Patient/patient-1");

    CHECK(foreign.exit == 1);
    INFO(first.err);
    CHECK(first.exit == 0);
    CHECK(at(first.out, "/state") == "delivered");
    CHECK(at(first.out, "/corrects") == kUuid);
    CHECK(at(ehr.get("/" + location), "/status") == "entered-in-error");
    CHECK(again.out == first.out);
    CHECK(ehr.count("PUT /fhir/" + location) == 1);
}

TEST_CASE("push statement: words that put others right take them back", "[cli]") {
    test::Ehr ehr(1);
    const test::Site site(ehr.base());
    const auto wrong = at(site.push("To see the see.", {"--id", kUuid}).out, "/location");

    const auto right = site.push("To see the sea.", {"--corrects", kUuid});

    INFO(right.err);
    REQUIRE(right.exit == 0);
    const auto lines = right.lines();
    REQUIRE(lines.size() == 2);  // the receipt of the words, and that of what they take back
    CHECK(at(lines[0], "/route") == "observation");
    CHECK(at(lines[1], "/corrects") == kUuid);
    CHECK(at(ehr.get("/" + wrong), "/status") == "entered-in-error");
    CHECK(at(ehr.get("/" + at(lines[0], "/location")), "/derivedFrom/0/reference") == wrong);
}

TEST_CASE("push statement: words that were right in their time stay as they are", "[cli]") {
    test::Ehr ehr(1);
    const test::Site site(ehr.base());
    const auto older = at(site.push("To go home.", {"--id", kUuid}).out, "/location");

    const auto newer = site.push("To stay with my daughter.", {"--replaces", kUuid});
    const auto both = site.push("x", {"--replaces", kUuid, "--corrects", kUuid});

    REQUIRE(newer.exit == 0);
    CHECK(at(ehr.get("/" + older), "/status") == "final");
    CHECK(at(ehr.get("/" + at(newer.out, "/location")), "/derivedFrom/0/reference") == older);
    CHECK(both.exit == 2);
}

}  // namespace push_test
