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

}  // namespace outbox_test
