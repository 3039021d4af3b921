#include <stdlib.h>

#include "adapters/profile/profile.h"
#include "tests/cli/command_line.h"

namespace config_test {

using test::at;
using test::has;
using test::run;

namespace {

/// `text` with the first `from` replaced.
std::string with(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("config check: every fault is named at once, with its pointer", "[cli]") {
    const test::TemporaryFolder folder;
    const auto file = folder.write("site.json", R"({
      "service": {"publicUrl": "https://whatmatters.hospital.example", "listenn": "127.0.0.1:1"},
      "store": {"engine": "sqlite"},
      "freshness": {"aboutMeDays": "a year"},
      "connections": [{"id": "general", "vendor": "generic", "units": [],
        "fhirBase": "http://ehr.hospital.example/fhir",
        "auth": {"method": "basic", "username": "u", "password": "env:WHATMATTERS_NOT_SET"}}],
      "teams": [{"id": "t", "name": "T", "connection": "general", "subject": "Practitioner/1"}]
    })");

    const auto outcome = run({"config", "check", file});

    CHECK(outcome.exit == 2);
    CHECK(outcome.out == "");
    INFO(outcome.err);
    CHECK(has(outcome.err, "6 faults"));
    CHECK(has(outcome.err, "/service/listenn: is not a known setting; did you mean listen?"));
    CHECK(has(outcome.err, "/store/path: is missing"));
    CHECK(has(outcome.err, "/freshness/aboutMeDays: must be of type integer"));
    CHECK(has(outcome.err, "/connections/0/fhirBase: must begin with https://"));
    CHECK(has(outcome.err, "/connections/0/auth/password: the environment has no variable"));
    CHECK(has(outcome.err, "/teams/0/subject: "));
}

TEST_CASE("config check: a person is never a team, whatever else is wrong", "[cli]") {
    const test::TemporaryFolder folder;
    const auto subject = GENERATE("Patient/1", "Practitioner/1", "PractitionerRole/1",
                                  "RelatedPerson/1", "https://ehr.example/fhir/Patient/1");
    const auto file =
        folder.write("site.json", R"({"teams": [{"subject": ")" + std::string(subject) + "\"}]}");

    const auto outcome = run({"config", "check", file});

    CHECK(outcome.exit == 2);
    CHECK(has(outcome.err, "/teams/0/subject: "));
    CHECK(has(outcome.err, "/connections: is missing"));
}

TEST_CASE("config check: what is no configuration is named", "[cli]") {
    const test::TemporaryFolder folder;

    const auto broken = run({"config", "check", folder.write("broken.json", "{\"service\": ")});
    const auto list = run({"config", "check", folder.write("list.json", "[]")});
    const auto none = run({"config", "check", folder.file("nothing.json")});
    const auto aFolder = run({"config", "check", folder.path()});

    for (const auto& outcome : {broken, list, none, aFolder}) CHECK(outcome.exit == 2);
    CHECK(has(broken.err, "broken.json has 1 fault"));
    CHECK(has(list.err, "must be of type object"));
    CHECK(has(none.err, "nothing.json cannot be read"));
    CHECK(has(aFolder.err, "cannot be read"));
}

TEST_CASE("config check: a right file is said to be right", "[cli]") {
    const test::Site site("http://127.0.0.1:1/fhir");

    const auto outcome = run({"config", "check", site.file()});

    CHECK(outcome.exit == 0);
    CHECK(has(outcome.err, "is right: 1 connection(s), 1 team(s)"));
    CHECK(has(outcome.err, "no hospital may run"));
}

TEST_CASE("config show: what is in force, defaults too, and no secret", "[cli]") {
    const test::TemporaryFolder folder;
    ::setenv("WHATMATTERS_TEST_PASSWORD", "correct horse battery", 1);
    const auto text = with(
        test::siteText("https://ehr.hospital.example/fhir"), R"({"method": "none"})",
        R"({"method": "basic", "username": "u", "password": "env:WHATMATTERS_TEST_PASSWORD"})");

    const auto outcome = run({"config", "show", folder.write("site.json", text)});
    ::unsetenv("WHATMATTERS_TEST_PASSWORD");

    REQUIRE(outcome.exit == 0);
    CHECK(at(outcome.out, "/connections/0/auth/password") == "(hidden)");
    CHECK(at(outcome.out, "/connections/0/syncSeconds") == "60");
    CHECK(at(outcome.out, "/connections/0/write/routes/0") == "observation");
    CHECK(at(outcome.out, "/freshness/nowDaysInHospital") == "7");
    CHECK_FALSE(has(outcome.out + outcome.err, "correct horse"));
}

TEST_CASE("config show: scopes are written as the site says that they are", "[cli]") {
    const auto [syntax, scopes] = GENERATE(table<std::string, std::string>({
        {"", "system/Patient.rs"},
        {R"(, "scopeSyntax": "v2")", "system/Patient.rs"},
        {R"(, "scopeSyntax": "v1")", "system/Patient.read"},
    }));
    const test::TemporaryFolder folder;
    folder.write("secret", "made up");
    const auto text =
        with(test::siteText("https://ehr.hospital.example/fhir"), R"({"method": "none"})",
             R"({"method": "client-secret-post", "clientId": "us", "clientSecret": )"
             R"("file:secret", "scopes": "system/Patient.rs")" +
                 syntax + "}");

    const auto outcome = run({"config", "show", folder.write("site.json", text)});

    INFO(outcome.err);
    REQUIRE(outcome.exit == 0);
    CHECK(at(outcome.out, "/connections/0/auth/scopes") == scopes);
}

TEST_CASE("config init: what it prints passes the check", "[cli]") {
    const test::TemporaryFolder folder;
    const auto written = run({"config", "init", "--vendor", "generic"});
    REQUIRE(written.exit == 0);

    ::setenv("WHATMATTERS_FHIR_PASSWORD", "made up", 1);
    const auto checked = run({"config", "check", folder.write("site.json", written.out)});
    ::unsetenv("WHATMATTERS_FHIR_PASSWORD");

    CHECK(checked.exit == 0);
    CHECK(has(written.out, "//"));  // with the comments that say how to fill it in
}

TEST_CASE("config init: an unknown vendor is answered with the known ones", "[cli]") {
    const auto outcome = run({"config", "init", "--vendor", "nobody"});

    CHECK(outcome.exit == 2);
    CHECK(has(outcome.err, "generic"));
}

TEST_CASE("config init: a site of each vendor, which names only that vendor", "[cli]") {
    for (const auto& vendor : adapters::vendorNames()) {
        INFO(vendor);
        const auto outcome = run({"config", "init", "--vendor", vendor});

        CHECK(outcome.exit == 0);
        CHECK(has(outcome.out, "\"vendor\": \"" + vendor + "\""));
        CHECK(has(outcome.out, "Fill in every value"));
    }
}

}  // namespace config_test
