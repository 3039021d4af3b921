#include "plugin/store/sealing/vault.h"

#include <Poco/Data/Session.h>

#include "tests/support/store_fixture.h"

namespace vault_test {

using namespace Poco::Data::Keywords;
using fhir::ErrorKind;
using plugin::store::Cipher;
using plugin::store::Database;
using plugin::store::Key;
using plugin::store::Options;
using test::errorKindOf;

namespace {

Options with(const test::TemporaryFolder& folder, std::vector<Key> keys) {
    Options options;
    options.path = folder.file();
    options.keys = std::move(keys);
    return options;
}

Key key(const std::string& id, char filling) {
    return {id, fhir::Secret(std::string(Key::kBytes, filling))};
}

}  // namespace

TEST_CASE("vault: what was sealed opens after the database is opened again", "[store]") {
    const test::TemporaryFolder folder;
    std::string sealed;
    std::string hash;
    {
        const Database database(with(folder, {key("site", 's')}));
        sealed = database.vault().seal("tea at four", "place");
        hash = database.vault().hash("patient", "17");
    }

    const Database database(with(folder, {key("site", 's')}));

    CHECK(database.vault().open(sealed, "place") == "tea at four");
    CHECK(database.vault().hash("patient", "17") == hash);
    CHECK(database.vault().hash("patient", "18") != hash);
    CHECK(database.vault().hash("team", "17") != hash);
    CHECK(database.vault().hash("patient", "").empty());
}

TEST_CASE("vault: the keys in the database are sealed themselves", "[store]") {
    const test::TemporaryFolder folder;
    const Database database(with(folder, {key("site", 's')}));
    std::vector<std::string> wrapped;

    database.read([&](Poco::Data::Session& session) {
        session << "SELECT wrapped FROM data_key", into(wrapped), now;
    });

    REQUIRE(wrapped.size() == 2);
    for (const auto& one : wrapped) CHECK(Cipher::keyOf(one) == "site");
}

TEST_CASE("vault: without its master key nothing is opened, and it is named", "[store]") {
    const test::TemporaryFolder folder;
    { const Database database(with(folder, {key("2026-03", 's')})); }
    std::string text;

    CHECK(errorKindOf([&] { Database database(with(folder, {key("other", 'o')})); }, &text) ==
          ErrorKind::InvalidInput);
    CHECK(text.find("\"2026-03\"") != std::string::npos);
    CHECK(errorKindOf([&] { Database database(with(folder, {key("2026-03", 'x')})); }) ==
          ErrorKind::Internal);
}

TEST_CASE("vault: a new data key seals from now on, and the old ones still open", "[store]") {
    const test::TemporaryFolder folder;
    Database database(with(folder, {key("site", 's')}));
    auto& vault = database.vault();
    const auto before = vault.seal("before", "place");
    const auto hash = vault.hash("patient", "17");
    REQUIRE(vault.isCurrent(before));

    const auto id = vault.makeDataKey(test::kNoon);

    CHECK_FALSE(vault.isCurrent(before));
    CHECK(vault.open(before, "place") == "before");
    CHECK(Cipher::keyOf(vault.seal("after", "place")) == id);
    CHECK(vault.hash("patient", "17") == hash);
    CHECK(vault.dataKeys().front() == id);  // also where the clock went backwards meanwhile
    CHECK(vault.dataKeys().size() == 2);
}

TEST_CASE("vault: a running instance opens what another sealed by a newer key", "[store]") {
    const test::TemporaryFolder folder;
    const Database running(with(folder, {key("site", 's')}));
    Database other(with(folder, {key("site", 's')}));
    other.vault().makeDataKey(test::kNoon);
    const auto sealed = other.vault().seal("newer", "place");

    CHECK(running.vault().open(sealed, "place") == "newer");
    CHECK(running.vault().isCurrent(sealed));  // and seals by it itself
}

TEST_CASE("vault: a new data key puts every data key under the newest master key", "[store]") {
    const test::TemporaryFolder folder;
    std::string sealed;
    {
        const Database database(with(folder, {key("old", 'o')}));
        sealed = database.vault().seal("long ago", "place");
    }
    {
        Database database(with(folder, {key("new", 'n'), key("old", 'o')}));
        database.vault().makeDataKey(test::kNoon);
    }

    const Database database(with(folder, {key("new", 'n')}));

    CHECK(database.vault().open(sealed, "place") == "long ago");
}

TEST_CASE("vault: two processes that begin together have the same keys", "[store]") {
    const test::TemporaryFolder folder;
    const Database one(folder.file());
    const Database two(folder.file());

    CHECK(two.vault().open(one.vault().seal("same", "place"), "place") == "same");
    CHECK(two.vault().hash("patient", "17") == one.vault().hash("patient", "17"));
}

}  // namespace vault_test
