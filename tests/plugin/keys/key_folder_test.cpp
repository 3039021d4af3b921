#include "plugin/keys/key_folder.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "tests/support/temporary_folder.h"
#include "tests/support/thrown.h"

namespace key_folder_test {

using fhir::ErrorKind;
using fhir::smart::Algorithm;
using plugin::KeyFolder;
using std::chrono::hours;

namespace {

const fhir::Instant kNow{std::chrono::seconds(1'795'550'400)};

struct World {
    test::TemporaryFolder temporary;
    KeyFolder folder{temporary.file("keys")};

    std::string fileOf(const std::string& kid) const { return folder.path() + "/" + kid + ".json"; }
    std::string text(const std::string& kid) const {
        std::ifstream stream(fileOf(kid));
        return {std::istreambuf_iterator<char>(stream), {}};
    }
    std::string signs(fhir::Instant at) const {
        const auto key = folder.signing(Algorithm::ES384, at);
        return key ? key->kid : "";
    }
};

int modeOf(const std::string& path) {
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_mode & 0777;
}

}  // namespace

TEST_CASE("key folder: a key is written for its owner's eyes alone (SMART 295)", "[keys]") {
    const World world;
    CHECK(world.folder.list().empty());
    CHECK(world.folder.published().keys().empty());

    const auto made = world.folder.make(Algorithm::ES384, kNow);

    CHECK(modeOf(world.folder.path()) == 0700);
    CHECK(modeOf(world.fileOf(made.kid)) == 0600);
    const auto keys = world.folder.list();
    REQUIRE(keys.size() == 1);
    CHECK(keys[0].kid == made.kid);
    CHECK(keys[0].kid == keys[0].key->thumbprint());
    CHECK(keys[0].key->isPrivate());
    CHECK(keys[0].created == kNow);
    CHECK(world.folder.published().find(made.kid, Algorithm::ES384));
    CHECK(world.folder.published().toJson().find("PRIVATE") == std::string::npos);
}

TEST_CASE("key folder: one key takes over from another without a gap", "[keys]") {
    const World world;
    const auto first = world.folder.make(Algorithm::ES384, kNow);
    CHECK(world.signs(kNow) == first.kid);  // the only one signs at once

    const auto second = world.folder.make(Algorithm::ES384, kNow + hours(24));

    CHECK(world.folder.published().keys().size() == 2);
    CHECK(world.signs(kNow + hours(24)) == first.kid);
    CHECK(world.signs(kNow + hours(25) - std::chrono::seconds(1)) == first.kid);
    CHECK(world.signs(kNow + hours(25)) == second.kid);
    CHECK_FALSE(world.folder.signing(Algorithm::RS384, kNow));

    world.folder.retire(first.kid, kNow + hours(26));

    CHECK(world.folder.published().keys().size() == 1);
    CHECK(world.signs(kNow + hours(24)) == second.kid);
    CHECK(world.folder.list()[0].retired == kNow + hours(26));
    CHECK(world.text(first.kid).find("PRIVATE") == std::string::npos);
}

TEST_CASE("key folder: the last of its algorithm cannot be retired", "[keys]") {
    const World world;
    const auto key = world.folder.make(Algorithm::ES384, kNow);
    world.folder.make(Algorithm::ES256, kNow);
    const auto kindOf = [&](const std::string& kid) {
        return test::thrown([&] { world.folder.retire(kid, kNow); }).kind();
    };

    CHECK(kindOf(key.kid) == ErrorKind::Conflict);
    CHECK(kindOf("nobody") == ErrorKind::NotFound);
    world.folder.make(Algorithm::ES384, kNow);
    world.folder.retire(key.kid, kNow);
    CHECK(kindOf(key.kid) == ErrorKind::NotFound);  // not twice
}

TEST_CASE("key folder: a file that is wrong stops everything and is named", "[keys]") {
    const World world;
    const auto key = world.folder.make(Algorithm::ES384, kNow);
    const auto file = world.fileOf(key.kid);
    SECTION("others may read it") {
        std::filesystem::permissions(file, std::filesystem::perms(0640));
    }
    SECTION("broken") {
        std::ofstream(file) << "{";
    }
    SECTION("no key") {
        std::ofstream(file) << R"({"kid":"a","algorithm":"ES384","created":1})";
    }
    SECTION("HMAC") {
        std::ofstream(file) << R"({"kid":"a","algorithm":"HS256","created":1})";
    }

    const auto error = test::thrown([&] { world.folder.list(); });

    CHECK(error.kind() == ErrorKind::InvalidInput);
    CHECK(std::string(error.what()).find(file) != std::string::npos);
}

TEST_CASE("key folder: what is half written counts for nothing", "[keys]") {
    const World world;
    world.folder.make(Algorithm::ES384, kNow);
    std::ofstream(world.folder.path() + "/other.json.new") << "{";

    CHECK(world.folder.list().size() == 1);
}

}  // namespace key_folder_test
