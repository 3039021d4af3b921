#include <filesystem>

#include "tests/cli/command_line.h"

namespace keys_test {

using test::at;
using test::has;

TEST_CASE("keys: made, listed, replaced and retired", "[cli]") {
    const test::Site site("http://127.0.0.1:1/fhir");

    const auto first = site.run({"keys", "new", "--json"});
    REQUIRE(first.exit == 0);
    CHECK(at(first.out, "/algorithm") == "ES384");
    const auto kid = at(first.out, "/kid");
    CHECK(std::filesystem::exists(site.folder().file("keys/" + kid + ".json")));

    // The only one stays.
    const auto last = site.run({"keys", "retire", kid});
    CHECK(last.exit == 1);
    CHECK(has(last.err, "make its successor first"));

    const auto second = site.run({"keys", "new"});
    CHECK(second.exit == 0);
    CHECK(has(second.err, "Then retire " + kid));
    CHECK(site.run({"keys", "retire", kid}).exit == 0);

    const auto list = site.run({"keys", "list", "--json"});
    REQUIRE(list.lines().size() == 2);
    CHECK(has(list.out, "\"retired\":"));
    CHECK(!has(list.out, "PRIVATE"));
    CHECK(has(site.run({"keys", "list"}).out, "  retired "));
}

TEST_CASE("keys: wrong use is told", "[cli]") {
    const test::Site site("http://127.0.0.1:1/fhir");

    CHECK(site.run({"keys", "new", "--algorithm", "HS256"}).exit == 2);
    CHECK(site.run({"keys", "retire", "nobody"}).exit == 1);
    CHECK(site.run({"keys", "list"}).exit == 0);
    CHECK(test::run({"keys"}).exit == 2);
    CHECK(test::run({"keys", "new"}).exit == 2);
    CHECK(has(test::run({"keys", "--help"}).out, "whatmatters keys new"));
}

}  // namespace keys_test
