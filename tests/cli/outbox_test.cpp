#include "tests/cli/command_line.h"

namespace outbox_test {

using test::at;
using test::has;
using test::kUuid;

namespace {

/// A site whose EHR is down, with one statement that waits.
struct Waiting {
    Waiting() : site("http://127.0.0.1:" + std::to_string(test::closedPort()) + "/fhir") {
        REQUIRE(site.push("I want to see the sea.", {"--id", kUuid}).exit == 3);
    }
    test::Site site;
};

}  // namespace

TEST_CASE("outbox: without --wait a statement is put on its way and nothing is sent", "[cli]") {
    test::Ehr ehr(1);
    const test::Site site(ehr.base());

    const auto pushed = site.run({"push", "statement", "--connection", "general", "--patient",
                                  "patient-1", "--text", "x", "--json"});

    CHECK(pushed.exit == 0);
    CHECK(at(pushed.out, "/state") == "waiting");
    CHECK(ehr.count("POST") == 0);
    CHECK(site.run({"outbox", "list", "--json"}).lines().size() == 1);
}

TEST_CASE("outbox list: what is there, without a word of what was said", "[cli]") {
    const Waiting waiting;

    const auto asJson = waiting.site.run({"outbox", "list", "--json"});
    const auto asText = waiting.site.run({"outbox", "list"});

    CHECK(asJson.exit == 0);
    CHECK(at(asJson.out, "/state") == "waiting");
    CHECK(at(asJson.out, "/nextAttempt") != "");
    CHECK(has(asJson.err, "1 waiting, 0 failed"));
    CHECK(has(asText.out, kUuid));
    for (const auto& text : {asJson.out + asJson.err, asText.out + asText.err}) {
        CHECK_FALSE(has(text, "the sea"));
        CHECK_FALSE(has(text, "patient-1"));
    }
}

TEST_CASE("outbox discard: the entry and the reason are kept, and it is not sent", "[cli]") {
    const Waiting waiting;
    const auto& site = waiting.site;

    const auto discarded = site.run({"outbox", "discard", kUuid, "--why", "said twice"});

    CHECK(discarded.exit == 0);
    CHECK(site.run({"outbox", "list", "--json"}).out == "");
    const auto shown = site.run({"outbox", "show", kUuid, "--json"});
    CHECK(shown.exit == 0);
    CHECK(at(shown.out, "/state") == "discarded");
    CHECK(has(shown.out, "said twice"));
    CHECK(site.run({"outbox", "list", "--all", "--json"}).lines().size() == 1);
}

TEST_CASE("outbox: what is not there is said so", "[cli]") {
    const Waiting waiting;

    for (const char* verb : {"show", "retry", "discard"}) {
        std::vector<std::string> words{"outbox", verb, "no-such-entry"};
        if (verb == std::string("discard")) words.insert(words.end(), {"--why", "x"});
        const auto outcome = waiting.site.run(words);
        INFO(verb);
        CHECK(outcome.exit == 1);
        CHECK(has(outcome.err, "see: whatmatters outbox list"));
    }
}

TEST_CASE("outbox list: --limit has its limits", "[cli]") {
    const Waiting waiting;

    CHECK(waiting.site.run({"outbox", "list", "--limit", "0"}).exit == 2);
    CHECK(waiting.site.run({"outbox", "list", "--limit", "1"}).exit == 0);
}

namespace {

/// A site whose EHR has a statement and lost its answer, and then lets nobody look for it.
struct InDoubt {
    InDoubt() : site(ehr.base()) {
        ehr.loseAnswerTo("POST /fhir/Observation");
        REQUIRE(site.push("I want to see the sea.", {"--id", kUuid}).exit == 3);
        ehr.fail(test::answering("GET /fhir/Observation?", 400, "{}"));
        retried = site.run({"outbox", "retry", kUuid, "--wait"});
    }
    std::string state() { return at(site.run({"outbox", "show", kUuid, "--json"}).out, "/state"); }

    test::Ehr ehr{1};
    test::Site site;
    test::Outcome retried;
};

}  // namespace

TEST_CASE("outbox settle: what may be there waits for a person, who says what is there", "[cli]") {
    InDoubt doubt;
    const auto& site = doubt.site;
    CHECK(doubt.retried.exit == 1);
    CHECK(has(doubt.retried.err, "Perhaps in the chart"));
    CHECK(has(doubt.retried.err, std::string("outbox settle ") + kUuid));
    CHECK(doubt.state() == "in-doubt");
    CHECK(has(site.run({"outbox", "list"}).err, "0 waiting, 1 failed or in doubt"));

    SECTION("it is there") {
        const auto found =
            site.run({"outbox", "settle", kUuid, "--is-there", "Observation/1001", "--json"});
        INFO(found.err);
        CHECK(found.exit == 0);
        CHECK(at(found.out, "/state") == "delivered");
        CHECK(at(found.out, "/route") == "observation");
        CHECK(at(found.out, "/location") == "Observation/1001");
        CHECK(at(found.out, "/remark") == "found there by a person");
        CHECK(doubt.ehr.count("POST /fhir/Observation") == 1);
    }
    SECTION("it is not there, and is sent again") {
        doubt.ehr.mend();
        const auto sent =
            site.run({"outbox", "settle", kUuid, "--is-not-there", "--wait", "--json"});
        CHECK(sent.exit == 0);
        CHECK(at(sent.out, "/state") == "delivered");
        CHECK(doubt.ehr.count("POST /fhir/Observation") == 2);
    }
    SECTION("where a person says it is, there is something else") {
        for (const char* place : {"Observation/9", "Patient/patient-1", "here"}) {
            const auto found = site.run({"outbox", "settle", kUuid, "--is-there", place});
            CHECK(found.exit == 2);
            CHECK(has(found.err, "the EHR does not show it at " + std::string(place)));
        }
        CHECK(doubt.state() == "in-doubt");
    }
    SECTION("neither is said, or both") {
        for (const auto& words :
             {std::vector<std::string>{"outbox", "settle", kUuid},
              {"outbox", "settle", kUuid, "--is-there", "Observation/1001", "--is-not-there"}}) {
            const auto refused = site.run(words);
            CHECK(refused.exit == 2);
            CHECK(has(refused.err, "--is-there TYPE/ID or --is-not-there"));
        }
    }
}

TEST_CASE("outbox settle: what is not in doubt cannot be settled", "[cli]") {
    const Waiting waiting;

    const auto outcome = waiting.site.run({"outbox", "settle", kUuid, "--is-not-there"});

    CHECK(outcome.exit == 1);
    CHECK(has(outcome.err, "see: whatmatters outbox list"));
}

}  // namespace outbox_test
