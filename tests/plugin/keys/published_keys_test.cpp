#include "plugin/keys/published_keys.h"

#include "plugin/keys/key_folder.h"
#include "tests/support/json_at.h"
#include "tests/support/temporary_folder.h"

namespace keys_published_keys_test {

using fhir::smart::Algorithm;
using fhir::smart::Key;
using fhir::smart::KeyType;

namespace {

struct World {
    test::TemporaryFolder folder;
    plugin::Settings settings;
    World() { settings.keysFolder = folder.file("keys"); }

    void connect(const Key& key, const std::string& kid, Algorithm algorithm) {
        plugin::ConnectionSettings connection;
        connection.auth.identity.key = key;
        connection.auth.identity.kid = kid;
        connection.auth.identity.algorithm = algorithm;
        settings.connections.push_back(connection);
    }
};

}  // namespace

TEST_CASE(
    "published keys: the folder's and the connections', public halves alone "
    "(SMART 291, 293, 294)",
    "[keys]") {
    World world;
    const auto own = Key::generate(Algorithm::ES384);
    const auto stored =
        plugin::KeyFolder(world.settings.keysFolder).make(Algorithm::ES256, fhir::Instant{});
    world.connect(own, "site", Algorithm::ES384);
    world.connect(own, "site", Algorithm::ES384);  // two connections with one key

    const auto set = plugin::publishedKeys(world.settings.keysFolder, world.settings.identities());

    REQUIRE(set.keys().size() == 2);
    CHECK(set.find(stored.kid, Algorithm::ES256));
    CHECK(set.find("site", Algorithm::ES384)->thumbprint() == own.thumbprint());
    for (const auto* secret : {"\"d\"", "\"p\"", "PRIVATE"})
        CHECK(set.toJson().find(secret) == std::string::npos);
    CHECK(test::at(set.toJson(), "/keys/0/kty") == "EC");
}

TEST_CASE("published keys: a new key shows without a restart, after ten seconds (SMART 303)",
          "[keys]") {
    World world;
    fhir::Deadline now{};
    plugin::PublishedKeys keys(world.settings.keysFolder, world.settings.identities(),
                               {.steady = [&] { return now; }});
    CHECK(keys.json() == R"({"keys":[]})");

    plugin::KeyFolder(world.settings.keysFolder).make(Algorithm::ES384, fhir::Instant{});

    now += std::chrono::seconds(9);
    CHECK(test::sizeAt(keys.json(), "/keys") == 0);
    now += std::chrono::seconds(1);
    CHECK(test::sizeAt(keys.json(), "/keys") == 1);
    CHECK(plugin::PublishedKeys::kMaxAge < plugin::KeyFolder::kPublishedBefore);
}

TEST_CASE("published keys: where they are", "[keys]") {
    const auto [publicUrl, url] = GENERATE(table<std::string, std::string>({
        {"https://us.example", "https://us.example/.well-known/jwks.json"},
        {"https://us.example/", "https://us.example/.well-known/jwks.json"},
        {"https://us.example:8443/app/", "https://us.example:8443/app/.well-known/jwks.json"},
    }));

    CHECK(plugin::publishedKeysUrl(fhir::Url::parse(publicUrl)) == url);
}

}  // namespace keys_published_keys_test
