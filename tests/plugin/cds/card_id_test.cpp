#include "plugin/cds/card_id.h"

#include <set>

#include "fhir/base/random.h"
#include "plugin/store/database.h"
#include "tests/support/temporary_folder.h"

namespace card_id_test {

using plugin::cds::CardIds;
using plugin::cds::CardKind;

namespace {

struct World {
    test::TemporaryFolder folder;
    plugin::store::Database database{folder.file()};
    CardIds ids{database.vault()};
    std::string stay = ids.stay("general", "Practitioner/1", "patient-1", "stay-1");

    std::string make(CardKind kind = CardKind::Words) {
        return ids.make("general", {1, kind, stay});
    }
};

}  // namespace

TEST_CASE("card id: is a UUID that tells us, and nobody else, what it was for", "[cds]") {
    World world;
    const auto kind = GENERATE(CardKind::Words, CardKind::WordsToCheck, CardKind::WordsAndAsk,
                               CardKind::Ask, CardKind::Restricted, CardKind::Unread);

    const auto uuid = world.make(kind);

    INFO(uuid);
    CHECK(fhir::isUuid(uuid));
    CHECK(uuid[14] == '8');  // version 8 (RFC 9562, section 5.8)
    CHECK(uuid[19] == '8');  // its variant
    const auto origin = world.ids.read("general", uuid);
    REQUIRE(origin.has_value());
    CHECK(origin->service == 1);
    CHECK(origin->kind == kind);
    CHECK(origin->stay == world.stay);
    CHECK(uuid.find("patient") == std::string::npos);
}

TEST_CASE("card id: no two are the same, and upper case reads as lower", "[cds]") {
    World world;
    std::set<std::string> all;
    for (int i = 0; i < 200; ++i) all.insert(world.make());
    auto upper = world.make();
    for (auto& letter : upper) letter = static_cast<char>(std::toupper(letter));

    CHECK(all.size() == 200);
    CHECK(world.ids.read("general", upper).has_value());
}

TEST_CASE("card id: what was never made here is unknown", "[cds]") {
    World world;
    const auto uuid = world.make();
    auto changed = uuid;
    changed[0] = changed[0] == '1' ? '2' : '1';
    const World other;

    CHECK_FALSE(world.ids.read("general", changed));
    CHECK_FALSE(world.ids.read("other", uuid));
    CHECK_FALSE(other.ids.read("general", uuid));
    CHECK_FALSE(world.ids.read("general", fhir::randomUuid()));
    CHECK_FALSE(world.ids.read("general", ""));
    CHECK_FALSE(world.ids.read("general", "4ee04c70"));
}

TEST_CASE("card id: a stay is one user with one encounter, or with one patient without any",
          "[cds]") {
    World world;
    const auto stay = [&](const char* user, const char* patient, const char* encounter) {
        return world.ids.stay("general", user, patient, encounter);
    };

    CHECK(stay("Practitioner/1", "patient-1", "stay-1") == world.stay);
    CHECK(stay("Practitioner/2", "patient-1", "stay-1") != world.stay);
    CHECK(stay("Practitioner/1", "patient-1", "stay-2") != world.stay);
    CHECK(stay("Practitioner/1", "patient-1", "") != stay("Practitioner/1", "patient-2", ""));
    CHECK(world.ids.stay("other", "Practitioner/1", "patient-1", "stay-1") != world.stay);
}

}  // namespace card_id_test
