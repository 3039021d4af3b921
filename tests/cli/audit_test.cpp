#include <Poco/Data/Session.h>

#include "plugin/audit/audit_table.h"
#include "plugin/settings/settings.h"
#include "tests/cli/command_line.h"

namespace cli_audit_test {

using namespace Poco::Data::Keywords;
using test::at;
using test::has;
using test::kUuid;
using test::Site;

namespace {

/// Somebody with access to the database, and to nothing else.
void tamper(const Site& site, const std::string& sql) {
    plugin::store::Database database(plugin::loadSettings(site.file()).store);
    database.transaction([&](Poco::Data::Session& session) { session << sql, now; });
}

/// The actions and ways of the trail: "C whatmatters push statement".
std::vector<std::string> ways(const Site& site) {
    std::vector<std::string> result;
    for (const auto& line : site.run({"audit", "export"}).lines())
        result.push_back(at(line, "/action") + " " + at(line, "/agent/0/name"));
    return result;
}

}  // namespace

TEST_CASE("audit verify: a trail that is whole, and its mark", "[cli]") {
    test::Ehr ehr(2);
    const Site site(ehr.base());
    site.push("I want to see the sea.");

    const auto verified = site.run({"audit", "verify", "--json"});

    CHECK(verified.exit == 0);
    CHECK(at(verified.out, "/whole") == "true");
    CHECK(at(verified.out, "/events") == "2");
    const auto mark = at(verified.out, "/mark");
    CHECK(mark.starts_with("2:"));
    CHECK(site.run({"audit", "verify", "--mark", mark}).exit == 0);
    CHECK(site.run({"audit", "verify", "--mark", "2:other"}).exit == 1);
    CHECK(site.run({"audit", "verify", "--mark", "9" + mark}).exit == 1);
    CHECK(site.run({"audit", "verify", "--mark", "two"}).exit == 2);
    CHECK(has(site.run({"audit", "verify"}).out, "The trail is whole: 2 events."));
}

TEST_CASE("audit verify: one that was tampered with is told with the place", "[cli]") {
    test::Ehr ehr(2);
    const Site site(ehr.base());
    site.push("I want to see the sea.");
    tamper(site, "DELETE FROM audit_event WHERE sequence = 2");

    const auto asText = site.run({"audit", "verify"});
    const auto asJson = site.run({"audit", "verify", "--json"});

    CHECK(asText.exit == 1);
    CHECK(has(asText.out, "The trail is broken: event 2 is missing"));
    CHECK(asJson.exit == 1);
    CHECK(at(asJson.out, "/whole") == "false");
    CHECK(at(asJson.out, "/brokenAt") == "2");
    CHECK(has(at(asJson.out, "/why"), "cut off"));
}

TEST_CASE("audit: each verb that reads or writes patient data is on record", "[cli]") {
    test::Ehr ehr(2);
    const Site site(ehr.base());

    site.push("I want to see the sea.", {"--id", kUuid});
    REQUIRE(site.run({"pull", "--connection", "general", "--unit", "ward-7"}).exit == 0);
    REQUIRE(site.run({"export", "--connection", "general", "--patient", "patient-1"}).exit == 0);
    REQUIRE(site.run({"push", "withdrawal", "--connection", "general", "--patient", "patient-1",
                      "--statement", kUuid})
                .exit == 0);
    REQUIRE(site.run({"audit", "list"}).exit == 0);

    CHECK(ways(site) ==
          std::vector<std::string>{"C whatmatters push statement", "C outbox", "E whatmatters pull",
                                   "E whatmatters pull", "E whatmatters export",
                                   "U whatmatters push withdrawal", "E whatmatters audit list",
                                   "E whatmatters audit export"});
}

TEST_CASE("audit list: the events of one patient, by who did what", "[cli]") {
    test::Ehr ehr(2);
    const Site site(ehr.base());
    site.push("I want to see the sea.");
    site.run({"pull", "--connection", "general", "--unit", "ward-7"});
    const std::vector<std::string> of{"audit", "list", "--connection", "general", "--patient"};
    const auto list = [&](const std::string& patient, std::vector<std::string> more = {}) {
        auto words = of;
        words.push_back(patient);
        words.insert(words.end(), more.begin(), more.end());
        return site.run(words);
    };

    const auto first = list("patient-1", {"--json"});
    const auto second = list("patient-2", {"--json"});

    // Written down, delivered, pulled; and that somebody lists.
    CHECK(first.lines().size() == 4);
    CHECK(second.lines().size() == 2);
    CHECK(at(first.lines().front(), "/sequence") == "1");
    CHECK(at(first.lines().front(), "/event/resourceType") == "AuditEvent");
    const auto text = list("patient-1", {"--limit", "1"});
    CHECK(text.lines().size() == 1);
    CHECK(has(text.out, "by whatmatters push statement"));
    CHECK(has(text.out, "/Patient/patient-1"));
    CHECK(list("Patient/patient-2").lines().size() == second.lines().size() + 1);
    CHECK(list("Practitioner/patient-2").exit == 2);
    CHECK(site.run({"audit", "list", "--patient", "patient-1"}).exit == 2);
    CHECK(site.run({"audit", "list", "--connection", "none", "--patient", "1"}).exit == 2);
}

TEST_CASE("audit export: AuditEvents from a number on, one a line", "[cli]") {
    test::Ehr ehr(2);
    const Site site(ehr.base());
    site.push("I want to see the sea.");

    const auto exported = site.run({"audit", "export", "--after", "1"});

    CHECK(exported.exit == 0);
    REQUIRE(exported.lines().size() == 2);
    for (const auto& line : exported.lines()) CHECK(at(line, "/resourceType") == "AuditEvent");
    CHECK_FALSE(has(exported.out, "the sea"));
}

}  // namespace cli_audit_test
