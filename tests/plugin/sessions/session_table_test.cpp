#include "plugin/sessions/session_table.h"

#include <Poco/Data/Session.h>

#include "plugin/launch/used_state_table.h"
#include "tests/support/store_fixture.h"

namespace session_table_test {

using namespace plugin::store;
using plugin::launch::UsedStateTable;
using plugin::sessions::SessionTable;
using namespace Poco::Data::Keywords;
using namespace std::chrono_literals;
using test::kNoon;

namespace {

/// Whether any column of any row holds this text.
bool isStored(Database& database, const std::string& text) {
    const std::string all =
        "SELECT COUNT(*) FROM (SELECT id || owner AS texts FROM browser_session UNION ALL SELECT "
        "session || token FROM page_context UNION ALL SELECT id || session FROM launch_grant "
        "UNION ALL SELECT state FROM launch_used) AS every WHERE texts LIKE $1";
    int count = 0;
    database.read([&](Poco::Data::Session& session) {
        auto pattern = "%" + text + "%";
        session << all, use(pattern), into(count), now;
    });
    return count > 0;
}

}  // namespace

TEST_CASE("session table: what a browser shows is not in the database", "[store]") {
    test::Store store;
    SessionTable table(store.database, {});
    UsedStateTable launches(store.database);
    REQUIRE(table.begin("the-cookie", "general", "Practitioner/7", kNoon));
    table.addContext("the-cookie", "the-page-token", {"content", kNoon}, kNoon);
    table.addGrant("grant-1", "the-cookie", {"content", kNoon});
    REQUIRE(launches.markUsed("the-state", kNoon + 1min, kNoon));

    for (const char* secret : {"the-cookie", "the-page-token", "the-state", "Practitioner/7"})
        CHECK_FALSE(isStored(store.database, secret));
    CHECK(isStored(store.database, "grant-1"));  // and the question itself finds what is there
}

TEST_CASE("session table: ended sessions take their pages and grants with them", "[store]") {
    test::Store store;
    SessionTable table(store.database, {});
    for (const char* id : {"one", "two"}) {
        REQUIRE(table.begin(id, "general", "u", kNoon));
        table.addContext(id, "token", {id, kNoon}, kNoon);
        table.addGrant(std::string("grant of ") + id, id, {"tokens", kNoon});
    }

    table.end("one");

    CHECK_FALSE(table.find("one", kNoon));
    CHECK_FALSE(table.openContext("one", "token", kNoon));
    CHECK_FALSE(table.findGrant("grant of one"));
    CHECK(table.openContext("two", "token", kNoon)->content == "two");
    CHECK(table.findGrant("grant of two"));
    // What is too old goes when the next one begins.
    REQUIRE(table.begin("three", "general", "u", kNoon + 31min));
    CHECK_FALSE(table.findGrant("grant of two"));
}

TEST_CASE("session table: one at a time refreshes a grant", "[store]") {
    test::Store store;
    SessionTable table(store.database, {});
    table.addGrant("grant", "session", {"old tokens", kNoon});

    CHECK(table.leaseGrant("grant", kNoon, kNoon + 20s));
    CHECK_FALSE(table.leaseGrant("grant", kNoon + 19s, kNoon + 39s));
    table.saveGrant("grant", {"new tokens", kNoon + 5min});

    CHECK(table.findGrant("grant")->content == "new tokens");
    CHECK(table.findGrant("grant")->expires == kNoon + 5min);
    CHECK(table.leaseGrant("grant", kNoon + 1s, kNoon + 21s));
    CHECK(table.leaseGrant("grant", kNoon + 21s, kNoon + 41s));  // who held it is gone
    table.releaseGrant("grant");
    CHECK(table.leaseGrant("grant", kNoon + 22s, kNoon + 42s));
    CHECK_FALSE(table.leaseGrant("no such grant", kNoon, kNoon + 20s));
}

}  // namespace session_table_test
