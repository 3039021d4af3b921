#include "plugin/records/merges.h"

#include "plugin/service/maintenance.h"
#include "plugin/settings/settings.h"
#include "tests/cli/command_line.h"

namespace merges_cli_test {

using test::at;
using test::has;

TEST_CASE("merges: what the EHR has made one is listed, and taken back", "[cli]") {
    const test::Site site("http://127.0.0.1:" + std::to_string(test::closedPort()) + "/fhir");
    CHECK(site.push("To dance.").exit == 3);
    {
        const auto settings = plugin::loadSettings(site.file());
        const auto database = plugin::service::openDatabase(settings.store);
        plugin::store::MergeTable(*database).follow("general", "patient-1", "patient-2",
                                                    std::chrono::system_clock::now());
    }

    const auto listed = site.run({"merges", "list", "--json"});
    CHECK(listed.exit == 0);
    REQUIRE(listed.lines().size() == 1);
    CHECK(at(listed.out, "/patient") == "patient-1");
    CHECK(at(listed.out, "/survivor") == "patient-2");
    CHECK(at(listed.out, "/state") == "followed");
    CHECK(at(listed.out, "/moved") == "2");

    const auto undone =
        site.run({"merges", "undo", "--connection", "general", "--patient", "patient-1"});
    CHECK(undone.exit == 0);
    CHECK(has(undone.err, "Taken back: 1 statements, 1 entries of the outbox"));
    CHECK(has(site.run({"merges", "list"}).out, "Patient/patient-1 → Patient/patient-2  undone"));
    // Of both people, and by whom.
    const auto trail =
        site.run({"audit", "list", "--patient", "patient-2", "--connection", "general", "--json"});
    CHECK(has(trail.out, "merges undo"));

    const auto again =
        site.run({"merges", "undo", "--connection", "general", "--patient", "patient-1"});
    CHECK(again.exit == 1);
    CHECK(has(again.err, "see: whatmatters merges list"));
}

TEST_CASE("merges: wrong usage is told", "[cli]") {
    const test::Site site("http://127.0.0.1:1/fhir");

    CHECK(site.run({"merges", "list"}).err == "0 merges of patients' records are known.\n");
    CHECK(site.run({"merges"}).exit == 2);
    CHECK(site.run({"merges", "list", "--limit", "0"}).exit == 2);
    CHECK(site.run({"merges", "undo", "--connection", "general"}).exit == 2);
}

}  // namespace merges_cli_test
