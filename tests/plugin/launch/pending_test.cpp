// A launch under way is in its state and its cookie, and nowhere else.
#include "plugin/launch/pending.h"

#include <set>

#include "plugin/launch/used_state_table.h"
#include "tests/support/store_fixture.h"

namespace pending_test {

using namespace std::chrono_literals;
using plugin::launch::Pending;
using plugin::launch::UsedStateTable;
using test::kNoon;

namespace {

const std::string kIss = "https://ehr.example/fhir/R4";

}  // namespace

TEST_CASE("pending: what was begun is read again from its state", "[store]") {
    test::Store store;
    const auto& vault = store.database.vault();
    const Pending begun(vault, kIss, kNoon);

    const auto read = Pending::read(vault, begun.state(), kNoon + 9min);

    REQUIRE(read);
    CHECK(read->iss() == kIss);
    CHECK(read->state() == begun.state());
    CHECK(read->nonce() == begun.nonce());
    CHECK(read->verifier().reveal() == begun.verifier().reveal());
    CHECK(read->verifier().reveal().size() >= 43);  // RFC 7636, section 4.1
    CHECK(read->cookieName() == begun.cookieName());
    CHECK(read->cookieValue() == begun.cookieValue());
    CHECK(read->expires() == kNoon + 10min);
    CHECK_FALSE(Pending::read(vault, begun.state(), kNoon + 10min));
}

TEST_CASE("pending: no secret of a launch is in its state, or another's", "[store]") {
    test::Store store;
    const auto& vault = store.database.vault();
    std::set<std::string> all;
    for (int i = 0; i < 20; ++i) {
        const Pending one(vault, kIss, kNoon);
        for (const auto& secret : {one.nonce(), one.verifier().reveal(), one.cookieValue()}) {
            CHECK(one.state().find(secret) == std::string::npos);
            all.insert(secret);
        }
        all.insert(one.state());
        all.insert(one.cookieName());
    }
    CHECK(all.size() == 20 * 5);
}

TEST_CASE("pending: a state that was changed, or made elsewhere, is none", "[store]") {
    test::Store store, other;
    const auto& vault = store.database.vault();
    const auto state = Pending(vault, kIss, kNoon).state();
    for (std::size_t at = 0; at < state.size(); ++at) {
        auto changed = state;
        changed[at] = changed[at] == 'A' ? 'B' : 'A';
        CAPTURE(at);
        CHECK_FALSE(Pending::read(vault, changed, kNoon));
    }
    for (const auto& each : {std::string(), std::string("."), state + "x", state.substr(1),
                             std::string(5000, 'x'), "." + state, state + "." + state})
        CHECK_FALSE(Pending::read(vault, each, kNoon));
    CHECK_FALSE(Pending::read(vault, Pending(other.database.vault(), kIss, kNoon).state(), kNoon));
}

TEST_CASE("used states: a launch ends once, and what has expired is forgotten", "[store]") {
    test::Store store;
    UsedStateTable used(store.database);
    CHECK(used.markUsed("one", kNoon + 10min, kNoon));
    CHECK_FALSE(used.markUsed("one", kNoon + 10min, kNoon));
    CHECK(used.markUsed("two", kNoon + 10min, kNoon + 9min));
    CHECK_FALSE(used.markUsed("one", kNoon + 10min, kNoon + 9min));
    CHECK(used.markUsed("one", kNoon + 20min, kNoon + 10min));
}

}  // namespace pending_test
