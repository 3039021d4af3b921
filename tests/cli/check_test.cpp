#include <stdlib.h>

#include <fstream>
#include <iterator>

#include "adapters/profile/profile.h"
#include "plugin/cli/check_advice.h"
#include "plugin/cli/check_report.h"
#include "tests/cli/command_line.h"
#include "tests/support/text.h"

namespace check_test {

using test::at;
using test::has;

namespace {

const std::vector<std::string> kSteps{"tls",   "metadata",    "smart-configuration",
                                      "token", "scopes",      "worklist",
                                      "read",  "write-route", "flag-route"};

}  // namespace

TEST_CASE("check: the steps in their order, then whether it is ready", "[cli]") {
    test::Ehr ehr(3);
    const test::Site site(ehr.base());

    const auto outcome = site.run({"check", "--json"});

    INFO(outcome.out << outcome.err);
    CHECK(outcome.exit == 0);
    const auto lines = outcome.lines();
    REQUIRE(lines.size() == kSteps.size() + 1);
    for (std::size_t i = 0; i < kSteps.size(); ++i) {
        CHECK(at(lines[i], "/connection") == "general");
        CHECK(at(lines[i], "/step") == kSteps[i]);
        CHECK(at(lines[i], "/detail") != "");
    }
    for (const std::size_t i : {1U, 5U, 6U, 7U, 8U}) CHECK(at(lines[i], "/result") == "pass");
    for (const std::size_t i : {0U, 2U, 3U, 4U}) CHECK(at(lines[i], "/result") == "skip");
    CHECK(lines.back() == R"({"connection":"general","ready":true,"warnings":0})");
    CHECK(ehr.count("POST") == 0);
    CHECK(ehr.count("PUT") == 0);
    CHECK_FALSE(has(outcome.out, "patient-"));
}

TEST_CASE("check: what needs an EHR that cannot be reached is skipped, and says so", "[cli]") {
    const test::Site site("http://127.0.0.1:" + std::to_string(test::closedPort()) + "/fhir");

    const auto outcome = site.run({"check", "--json"});

    CHECK(outcome.exit == 3);
    const auto lines = outcome.lines();
    REQUIRE(lines.size() == kSteps.size() + 1);
    CHECK(at(lines[1], "/result") == "fail");
    for (std::size_t i = 2; i < kSteps.size(); ++i) {
        INFO(kSteps[i]);
        CHECK(at(lines[i], "/result") == "skip");
        CHECK(at(lines[i], "/detail") == "needs metadata, which failed");
        CHECK(at(lines[i], "/advice") == "");
    }
    CHECK(at(lines.back(), "/ready") == "false");
}

TEST_CASE("check: an EHR that refuses is not ready", "[cli]") {
    test::Ehr ehr(1);
    ehr.fail([](test::Connection& connection, const std::string& line) {
        if (line.starts_with("GET /fhir/metadata")) return false;
        return connection.send(test::answer(401, "", "Connection: close\r\n"));
    });
    const test::Site site(ehr.base());

    const auto outcome = site.run({"check", "--json"});

    CHECK(outcome.exit == 1);
    const auto lines = outcome.lines();
    REQUIRE(lines.size() == kSteps.size() + 1);
    CHECK(at(lines[1], "/result") == "pass");
    CHECK(at(lines[5], "/result") == "fail");
}

TEST_CASE("check: where the site takes notifications, it names their address", "[cli]") {
    ::setenv("WHATMATTERS_TEST_HOOK", "made up for the test of check", 1);
    test::Ehr ehr(1);
    const test::Site site(ehr.base(),
                          R"(, "subscriptions": {"secret": "env:WHATMATTERS_TEST_HOOK"})");

    const auto lines = site.run({"check", "--json"}).lines();

    ::unsetenv("WHATMATTERS_TEST_HOOK");
    REQUIRE(lines.size() == kSteps.size() + 2);
    const auto& line = lines[kSteps.size()];
    CHECK(at(line, "/step") == "subscriptions");
    CHECK(at(line, "/result") == "pass");
    CHECK(has(at(line, "/detail"), "http://127.0.0.1:8080/subscriptions/general"));
}

TEST_CASE("check: one unit that cannot be listed does not hide how the others are", "[cli]") {
    test::Ehr ehr(3);
    const test::Site site(ehr.base());
    std::ifstream before(site.file());
    const std::string text{std::istreambuf_iterator<char>(before), {}};
    std::ofstream(site.file()) << test::changed(
        text, R"("units": [)",
        R"("units": [{"id": "ward-9", "name": "Ward 9", "worklist":)"
        R"({"source": "encounter-search", "location": "Location/nowhere"}},)");

    const auto outcome = site.run({"check", "--json"});

    INFO(outcome.out << outcome.err);
    CHECK(outcome.exit == 1);
    const auto lines = outcome.lines();
    REQUIRE(lines.size() == kSteps.size() + 1);
    CHECK(at(lines[5], "/result") == "fail");
    CHECK(has(at(lines[5], "/detail"), "ward-9: the unit Location/… cannot be found"));
    CHECK(has(at(lines[5], "/detail"), "ward-7: 3 stays"));
    CHECK(at(lines[6], "/result") == "pass");  // a patient of the other unit is read
}

TEST_CASE("check: an unknown connection is answered with the known ones", "[cli]") {
    const test::Site site("http://127.0.0.1:1/fhir");

    const auto outcome = site.run({"check", "--connection", "genral"});

    CHECK(outcome.exit == 2);
    CHECK(has(outcome.err, "it has: general"));
}

TEST_CASE("check: an EHR that is not there is no reason to look at anything else", "[cli]") {
    const test::Site site("http://127.0.0.1:" + std::to_string(test::closedPort()) + "/fhir");

    const auto json = site.run({"check", "--json"});
    const auto people = site.run({"check"});

    CHECK(has(at(json.lines().at(1), "/advice"), "See that this machine reaches the host"));
    CHECK(has(people.out, "To do: See that this machine reaches the host"));
    CHECK(has(people.out, "general is not ready."));
    CHECK(people.exit == 3);
}

TEST_CASE("check: the report is a page with every step, and no secret", "[cli]") {
    test::Ehr ehr(1);
    const test::Site site(ehr.base());
    const auto path = site.folder().file("report.html");

    const auto outcome = site.run({"check", "--report", path});

    CHECK(outcome.exit == 0);
    std::ifstream file(path);
    const std::string page{std::istreambuf_iterator<char>(file), {}};
    for (const auto& step : kSteps) CHECK(has(page, "<th scope=\"row\">" + step + "</th>"));
    CHECK(has(page, "general (FHIR R4 server): ready"));
    CHECK_FALSE(has(page, "<script"));
    CHECK_FALSE(has(page, "patient-1"));
    CHECK(site.run({"check", "--report", site.folder().file("none/r.html")}).exit == 2);
}

TEST_CASE("check: a step that is not well says what to do, of whatever vendor", "[cli]") {
    for (const auto& vendor : adapters::vendorNames()) {
        const auto profile = adapters::vendorProfile(vendor);
        INFO(vendor);
        for (const auto& step : kSteps) CHECK_FALSE(plugin::cli::adviceOn(step, profile).empty());
        for (const auto& [step, hint] : profile.hints)
            CHECK(plugin::cli::adviceOn(step, profile) == hint);
    }
}

TEST_CASE("check: what to do is said in the vendor's words, where a step is not well", "[cli]") {
    test::Ehr ehr(1);
    ehr.fail(test::always(test::answer(404, "<html></html>", "Content-Type: text/html\r\n")));
    const test::Site site(ehr.base());

    const auto outcome = site.run({"check", "--json"});

    CHECK(at(outcome.lines().at(0), "/result") == "skip");  // plain HTTP on this machine
    CHECK(at(outcome.lines().at(1), "/result") == "fail");
    CHECK(at(outcome.lines().at(1), "/advice") ==
          adapters::vendorProfile("generic").hints.at("metadata"));
    CHECK(outcome.exit == 1);
}

TEST_CASE("check: a page to sign in that comes where JSON should be is told once, with its cause",
          "[cli]") {
    test::Ehr ehr(1);
    ehr.fail(test::always(
        test::answer(200, "<!DOCTYPE html><title>Sign in</title>", "Content-Type: text/html\r\n")));
    const test::Site site(ehr.base());

    const auto outcome = site.run({"check", "--json"});

    const auto lines = outcome.lines();
    REQUIRE(lines.size() == kSteps.size() + 1);
    CHECK(at(lines[1], "/result") == "fail");
    CHECK(has(at(lines[1], "/advice"), "a proxy or a sign-in stands between"));
    for (std::size_t i = 2; i < kSteps.size(); ++i)
        CHECK(at(lines[i], "/detail") == "needs metadata, which failed");
    CHECK(outcome.exit == 1);
}

TEST_CASE("check: neither lines nor report hold the id of a patient", "[cli]") {
    test::Ehr ehr(3);
    const auto entry = [&](const std::string& resource) {
        return R"({"resource":)" + resource + "}";
    };
    const std::string odd = R"({"resourceType":"Patient","id":"patient-2","birthDate":"2001-1-1"})";
    ehr.fail(test::answering("GET /fhir/Encounter", 200,
                             R"({"resourceType":"Bundle","type":"searchset","entry":[)" +
                                 entry(ehr.get("/Encounter/stay-1")) + "," +
                                 entry(ehr.get("/Encounter/stay-2")) + "," +
                                 entry(ehr.get("/Patient/patient-1")) + "," + entry(odd) + "]}"));
    const test::Site site(ehr.base());
    const auto path = site.folder().file("report.html");

    const auto outcome = site.run({"check", "--json", "--report", path});

    std::ifstream file(path);
    const std::string page{std::istreambuf_iterator<char>(file), {}};
    INFO(outcome.out);
    CHECK(has(outcome.out, "cannot be read"));
    CHECK_FALSE(has(outcome.out, "patient-"));
    CHECK_FALSE(has(page, "patient-"));
}

TEST_CASE("check: an element of the metadata that cannot be read is told beside what could be",
          "[cli]") {
    test::Ehr ehr(1);
    auto metadata = ehr.get("/metadata");
    const std::string named = R"("searchParam":[)";
    const auto place = metadata.find(named);
    REQUIRE(place != std::string::npos);
    metadata.insert(place + named.size(), R"({"type":"token"},)");
    ehr.fail(test::answering("GET /fhir/metadata", 200, metadata));
    const test::Site site(ehr.base());

    const auto outcome = site.run({"check", "--json"});

    INFO(outcome.out);
    CHECK(outcome.exit == 0);
    CHECK(at(outcome.lines().at(1), "/result") == "pass");
    CHECK(has(at(outcome.lines().at(1), "/detail"), "left out: 1 element that cannot be read"));
    CHECK(has(at(outcome.lines().at(1), "/detail"), "/name is missing"));
}

TEST_CASE("check: ready with warnings says how many", "[cli]") {
    plugin::cli::CheckedConnection connection;
    connection.id = "general";
    connection.product = "Made-up EHR";
    connection.ready = true;
    const auto ends = [&](const std::string& words) {
        return has(plugin::cli::table(connection), "general is " + words + ".") &&
               has(plugin::cli::htmlPage({connection}, fhir::Instant{}), "): " + words + "</h2>");
    };

    CHECK(ends("ready"));
    connection.lines.push_back({"token", "warn", "", ""});
    CHECK(ends("ready, with 1 warning"));
    connection.lines.push_back({"scopes", "warn", "", ""});
    CHECK(ends("ready, with 2 warnings"));
    CHECK(at(plugin::cli::jsonLine(connection), "/warnings") == "2");
    connection.ready = false;
    CHECK(ends("not ready"));
}

TEST_CASE("check: the report has room for any words, escaped, and for narrow screens", "[cli]") {
    plugin::cli::CheckedConnection connection;
    connection.id = "general";
    connection.product = "<b>EHR & sons</b>";
    connection.about = "Every customer has \"an address\".";
    connection.documentation = "https://docs.example/?a=1&b=2";
    connection.lines.push_back({"token", "fail", "no <script>", "ask & see"});

    const auto page = plugin::cli::htmlPage({connection}, fhir::Instant{});

    CHECK(has(page, "general (&lt;b&gt;EHR &amp; sons&lt;/b&gt;): not ready"));
    CHECK(has(page, "Every customer has &quot;an address&quot;."));
    CHECK(has(page, "https://docs.example/?a=1&amp;b=2"));
    CHECK(has(page, "no &lt;script&gt;</td><td>ask &amp; see"));
    CHECK(has(page, "<meta name=\"viewport\""));
    CHECK(has(plugin::cli::table(connection), "To know"));
}

TEST_CASE("check: --write writes one marked statement about the patient who was named", "[cli]") {
    test::Ehr ehr(2);
    const test::Site site(ehr.base());

    const auto outcome = site.run({"check", "--json", "--write", "--patient", "patient-1"});

    INFO(outcome.out << outcome.err);
    CHECK(ehr.count("POST /fhir/Observation") == 1);
    const auto line = outcome.lines().at(7);
    CHECK(has(at(line, "/detail"), "a test statement was written by observation as Observation/"));
    CHECK(has(at(line, "/detail"), "and deleted again"));
    CHECK(at(line, "/result") == "pass");
    CHECK(!has(ehr.get("/Observation?patient=patient-1"), "TEST of the connection"));
    CHECK(ehr.count("PUT /fhir/Observation/") == 0);
}

TEST_CASE("check: a test statement that may not be deleted is marked as an error", "[cli]") {
    test::Ehr ehr(2);
    const test::Site site(ehr.base());
    ehr.fail([](test::Connection& connection, const std::string& line) {
        if (!line.starts_with("DELETE")) return false;
        return connection.send(test::answer(403, "", "Connection: close\r\n"));
    });

    const auto outcome = site.run({"check", "--json", "--write", "--patient", "patient-1"});

    INFO(outcome.out << outcome.err);
    const auto line = outcome.lines().at(7);
    CHECK(has(at(line, "/detail"), "and marked as entered in error"));
    CHECK(at(line, "/result") == "pass");
    const auto left = ehr.get("/Observation?patient=patient-1");
    CHECK(has(left, "TEST of the connection"));
    CHECK(has(left, "entered-in-error"));
    CHECK(ehr.count("PUT /fhir/Observation/") == 1);
}

TEST_CASE("check: what to do about an EHR that is away is said once", "[cli]") {
    const test::Site site("http://127.0.0.1:9/fhir");

    const auto outcome = site.run({"check", "--json"});

    std::size_t told = 0;
    for (const auto& line : outcome.lines())
        if (has(line, "See that this machine reaches the host")) ++told;
    INFO(outcome.out);
    CHECK(told == 1);
    CHECK(outcome.exit == 3);
}

TEST_CASE("check: what --write leaves behind, or may have left, is said", "[cli]") {
    test::Ehr ehr(1);
    const test::Site site(ehr.base());
    const auto check = [&] {
        const auto outcome = site.run({"check", "--json", "--write", "--patient", "patient-1"});
        return outcome.lines().at(7);
    };
    ehr.fail([](test::Connection& connection, const std::string& line) {
        if (!line.starts_with("PUT ") && !line.starts_with("DELETE ")) return false;
        return connection.send(test::answer(403, "", "Connection: close\r\n"));
    });

    const auto left = check();
    ehr.loseAnswerTo("POST /fhir/Observation");
    const auto lost = check();

    CHECK(at(left, "/result") == "warn");
    CHECK(has(at(left, "/detail"), "is there still, because the EHR lets nobody take it away"));
    CHECK(at(lost, "/result") == "fail");
    CHECK(has(at(lost, "/detail"), "the test statement may be in the chart"));
}

TEST_CASE("check: --write and --patient go together", "[cli]") {
    const test::Site site("http://127.0.0.1:1/fhir");

    CHECK(site.run({"check", "--write"}).exit == 2);
    CHECK(site.run({"check", "--patient", "patient-1"}).exit == 2);
    CHECK(site.run({"check", "--write", "--patient", "a/b"}).exit == 2);
}

TEST_CASE("check: a companion server is looked at, for the connection that names it", "[cli]") {
    test::Ehr ehr(1);
    test::Ehr storage(1);
    const test::Site site(
        ehr.base(),
        R"(, "companion": {"server": "companion"}}, {"id": "companion", "vendor": "generic", )"
        R"("fhirBase": ")" +
            storage.base() + R"(", "auth": {"method": "none"}, "units": [])");
    const auto stepOf = [&] {
        const auto lines = site.run({"check", "--connection", "general", "--json"}).lines();
        REQUIRE(lines.size() == kSteps.size() + 2);
        return lines[kSteps.size()];
    };

    const auto well = stepOf();
    CHECK(at(well, "/step") == "companion");
    CHECK(at(well, "/result") == "pass");
    CHECK(at(well, "/detail") == "connection companion keeps what this EHR cannot hold");
    CHECK(storage.count("POST") == 0);

    storage.fail([](test::Connection& connection, const std::string& line) {
        if (!has(line, "/metadata")) return false;
        return connection.send(test::answer(
            200,
            R"({"resourceType":"CapabilityStatement","fhirVersion":"4.0.1","rest":[{"mode":)"
            R"("server","resource":[{"type":"Observation","interaction":[{"code":"read"},)"
            R"({"code":"search-type"}]}]}]})",
            "Content-Type: application/fhir+json\r\nConnection: close\r\n"));
    });
    const auto poor = stepOf();
    CHECK(at(poor, "/result") == "fail");
    CHECK(has(at(poor, "/detail"), "does not list Observation (create), Flag (create, read, "));

    storage.fail(test::always(test::answer(503, "", "Connection: close\r\n")));
    const auto away = stepOf();
    CHECK(at(away, "/result") == "fail");
    CHECK(has(at(away, "/detail"), "connection companion"));
}

}  // namespace check_test
