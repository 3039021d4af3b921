#include <sys/stat.h>

#include <filesystem>

#include "tests/cli/command_line.h"

namespace store_test {

using test::has;
using test::kUuid;

namespace {

struct Waiting {
    Waiting() : site("http://127.0.0.1:" + std::to_string(test::closedPort()) + "/fhir") {
        REQUIRE(site.push("I want to see the sea.", {"--id", kUuid}).exit == 3);
    }
    std::string at(const std::string& name) const { return site.folder().file(name); }
    test::Site site;
};

}  // namespace

TEST_CASE("store: a backup is for its owner, and brings back what was lost", "[cli]") {
    const Waiting waiting;
    const auto& site = waiting.site;

    REQUIRE(site.run({"store", "backup", "--to", waiting.at("backup")}).exit == 0);

    struct stat status {};
    REQUIRE(::stat(waiting.at("backup").c_str(), &status) == 0);
    CHECK((status.st_mode & 0777U) == 0600U);
    CHECK(site.run({"store", "backup", "--to", waiting.at("backup")}).exit == 2);  // not over it
    CHECK(site.run({"store", "restore", "--from", waiting.at("backup")}).exit == 1);
    for (const auto* name : {"test.db", "test.db-wal", "test.db-shm"})
        std::filesystem::remove(waiting.at(name));
    REQUIRE(site.run({"outbox", "list", "--json"}).out.empty());

    const auto restored = site.run({"store", "restore", "--from", waiting.at("backup")});

    INFO(restored.err);
    CHECK(restored.exit == 0);
    CHECK(has(site.run({"outbox", "list", "--json"}).out, kUuid));
}

TEST_CASE("store rotate-key: everything is sealed anew, and still there", "[cli]") {
    const Waiting waiting;

    const auto rotated = waiting.site.run({"store", "rotate-key"});

    CHECK(rotated.exit == 0);
    CHECK(has(rotated.err, "4 rows were sealed anew"));
    CHECK(has(waiting.site.run({"outbox", "list", "--json"}).out, kUuid));
}

TEST_CASE("store prune: what is young stays", "[cli]") {
    const Waiting waiting;

    const auto pruned = waiting.site.run({"store", "prune"});

    CHECK(pruned.exit == 0);
    CHECK(has(pruned.err, "0 statements and 0 entries deleted"));
    CHECK(waiting.site.run({"store", "other"}).exit == 2);
}

TEST_CASE("store forget-wards: what is on its way stays", "[cli]") {
    const Waiting waiting;

    const auto forgotten = waiting.site.run({"store", "forget-wards"});

    CHECK(forgotten.exit == 0);
    CHECK(has(forgotten.err, "are empty"));
    CHECK(has(waiting.site.run({"outbox", "list", "--json"}).out, kUuid));
}

}  // namespace store_test
