#include "plugin/store/tables/companion_table.h"

#include "tests/support/store_fixture.h"

namespace companion_table_test {

using namespace plugin::store;

namespace {

CompanionResource resource(const std::string& id, const std::string& subject, int minute,
                           const std::string& type = "Observation") {
    return {.type = type,
            .id = id,
            .connection = "general",
            .subject = subject,
            .json = R"({"id":")" + id + "\"}",
            .lastUpdated = test::kNoon + std::chrono::minutes(minute)};
}

std::string ids(const std::vector<CompanionResource>& resources) {
    std::string result;
    for (const auto& one : resources) result += one.id;
    return result;
}

}  // namespace

TEST_CASE("companion: what was kept is found whole, and keeping it again changes nothing",
          "[store]") {
    test::Store store;
    CompanionTable table(store.database);
    test::keep(store.database, resource("1", "Patient/2", 0));
    auto again = resource("1", "Patient/3", 5);
    test::keep(store.database, again);

    const auto found = table.find("Observation", "1");

    REQUIRE(found);
    CHECK(found->type == "Observation");
    CHECK(found->id == "1");
    CHECK(found->connection == "general");
    CHECK(found->subject == "Patient/2");
    CHECK(found->json == R"({"id":"1"})");
    CHECK(found->lastUpdated == test::kNoon);
    CHECK_FALSE(table.find("Flag", "1"));
    CHECK_FALSE(table.find("Observation", "2"));
}

TEST_CASE("companion: lists are newest first, by subject, in pages", "[store]") {
    test::Store store;
    CompanionTable table(store.database);
    test::keep(store.database, resource("a", "Patient/2", 1));
    test::keep(store.database, resource("b", "Patient/3", 2));
    test::keep(store.database, resource("c", "Patient/2", 3));
    test::keep(store.database, resource("d", "Patient/2", 3));
    test::keep(store.database, resource("e", "Organization/7", 9, "Flag"));

    CompanionFilter all{.type = "Observation"};
    CHECK(ids(table.list(all, 10)) == "cdba");
    auto about = all;
    about.subject = "Patient/2";
    CHECK(ids(table.list(about, 10)) == "cda");
    const auto page = table.list(about, 1);
    CHECK(ids(page) == "c");
    about.before =
        std::chrono::floor<std::chrono::milliseconds>(page.back().lastUpdated.time_since_epoch())
            .count();
    about.afterId = page.back().id;
    CHECK(ids(table.list(about, 10)) == "da");
    about.connection = "another";
    CHECK(table.list(about, 10).empty());
    all.connection = "general";
    CHECK(ids(table.list(all, 10)) == "cdba");
    CHECK(ids(table.list({.type = "Flag"}, 10)) == "e");
    CHECK(table.list({.type = "Observation", .subject = "' OR 1=1 --"}, 10).empty());
}

}  // namespace companion_table_test
