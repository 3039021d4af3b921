#include "tests/cli/command_line.h"

namespace usage_test {

using test::has;
using test::run;

TEST_CASE("usage: each verb tells its options on stdout", "[cli]") {
    const auto verb =
        GENERATE("demo", "serve", "simulate", "check", "pull", "push", "config", "outbox");

    const auto outcome = run({verb, "--help"});

    CHECK(outcome.exit == 0);
    CHECK(outcome.out.starts_with("whatmatters " + std::string(verb)));
    CHECK(outcome.err == "");
    CHECK(has(run({"help"}).out, "\n  " + std::string(verb) + " "));
}

TEST_CASE("usage: no word at all shows the help and is not well", "[cli]") {
    CHECK(run({}).exit == 2);
    CHECK(has(run({}).out, "whatmatters VERB"));
    CHECK(run({"--help"}).exit == 0);
}

TEST_CASE("usage: what is wrong is named, with where to read on", "[cli]") {
    const auto [words, named] = GENERATE(table<std::vector<std::string>, std::string>({
        {{"pusch"}, "there is no verb \"pusch\""},
        {{"pull", "--connection", "c", "--unit", "u"}, "--config"},
        {{"pull", "--config", "f", "--connection", "c", "--unit"}, "--unit"},
        {{"pull", "--colour", "red"}, "--config"},
        {{"pull", "--config", "f", "--connection", "c", "--unit", "u", "--colour", "red"},
         "--colour"},
        {{"pull", "--config", "f", "--connection", "c", "--unit", "u", "extra"}, "extra"},
        {{"push"}, "push must be followed by statement, withdrawal or flag"},
        {{"push", "letter"}, "push must be followed by statement, withdrawal or flag"},
        {{"config"}, "config must be followed by init, check or show"},
        {{"config", "check"}, "FILE"},
        {{"outbox", "empty"}, "outbox must be followed by list, show, retry, settle or discard"},
        {{"outbox", "discard", "1", "--config", "f"}, "--why"},
        {{"simulate"}, "--port"},
        {{"simulate", "--port", "70000"}, "--port must be a whole number from 0 to 65535"},
        {{"simulate", "--port", "8O81"}, "--port must be a whole number"},
        {{"simulate", "--port", "0", "--patients", "0"}, "--patients must be a whole number"},
        {{"simulate", "--port", "0", "--vendor", "nobody"}, "generic"},
        {{"simulate", "--port", "0", "--fault", "closed:0", "closed:2"}, "fault \"closed:2\""},
        {{"simulate", "--port", "0", "--fault", "closed:0", "--fault", "slow:1"}, "\"slow:1\""},
        {{"check", "--config", "/nowhere/site.json"}, "/nowhere/site.json cannot be read"},
    }));

    const auto outcome = run(words);

    CHECK(outcome.exit == 2);
    CHECK(outcome.out == "");
    INFO(outcome.err);
    CHECK(has(outcome.err, named));
}

TEST_CASE("usage: an option or word that is wrong points at the help", "[cli]") {
    CHECK(has(run({"pull"}).err, "see: whatmatters pull --help"));
    CHECK(has(run({"nothing"}).err, "see: whatmatters help"));
}

}  // namespace usage_test
