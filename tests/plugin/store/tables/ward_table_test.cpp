#include "plugin/store/tables/ward_table.h"

#include <Poco/Data/Session.h>

#include <set>

#include "tests/support/store_fixture.h"

namespace ward_table_test {

using namespace plugin::store;
using namespace std::chrono_literals;

namespace {

WardRow row(const std::string& encounter, const std::string& patient, const std::string& start) {
    return {.encounter = encounter,
            .patient = patient,
            .name = "Name of " + patient,
            .birthDate = "1950-02",
            .gender = "other",
            .status = "in-progress",
            .encounterClass = "IMP",
            .location = "Bed 3",
            .start = start,
            .transferred = "2026-03-06T10:00:00Z",
            .statements = R"([{"resourceType":"Observation"}])"};
}

std::string encounters(const std::vector<WardRow>& rows) {
    std::string result;
    for (const auto& one : rows) result += one.encounter;
    return result;
}

}  // namespace

TEST_CASE("ward: a read replaces the unit's rows and nobody else's", "[store]") {
    test::Store store;
    WardTable table(store.database);
    table.replace("general", "ward-8", {row("z", "9", "")}, test::kNoon, {});
    table.replace("general", "ward-7", {row("a", "1", ""), row("b", "2", "")}, test::kNoon, {});

    table.replace("general", "ward-7", {row("c", "3", ""), row("b", "2", ""), row("c", "4", "")},
                  test::kNoon, {});

    CHECK(encounters(table.rows("general", "ward-7")) == "cb");  // in order, each once
    CHECK(encounters(table.rows("general", "ward-8")) == "z");
    CHECK(table.rows("other", "ward-7").empty());
}

TEST_CASE("ward: a row is read back whole", "[store]") {
    test::Store store;
    WardTable table(store.database);
    auto written = row("a", "1", "2026-03-01T10:00:00+01:00");
    written.isUnread = GENERATE(false, true);
    table.replace("general", "ward-7", {written}, test::kNoon, {});

    const auto read = table.find("general", "ward-7", "a");

    REQUIRE(read);
    CHECK(read->encounter == written.encounter);
    CHECK(read->patient == written.patient);
    CHECK(read->name == written.name);
    CHECK(read->birthDate == written.birthDate);
    CHECK(read->gender == written.gender);
    CHECK(read->status == written.status);
    CHECK(read->encounterClass == written.encounterClass);
    CHECK(read->location == written.location);
    CHECK(read->start == written.start);
    CHECK(read->transferred == written.transferred);
    CHECK(read->isUnread == written.isUnread);
    CHECK(read->statements == written.statements);
    CHECK_FALSE(table.find("general", "ward-7", "b"));
    CHECK_FALSE(table.find("general", "ward-8", "a"));
}

TEST_CASE("ward: a patient's newest stay on any unit, by time and not by text", "[store]") {
    test::Store store;
    WardTable table(store.database);
    // 09:30+02:00 is earlier than 08:00Z, though its text sorts after it.
    table.replace("general", "ward-7",
                  {row("a", "1", "2026-03-01T09:30:00+02:00"), row("u", "1", "")}, test::kNoon, {});
    table.replace("general", "ward-8", {row("b", "1", "2026-03-01T08:00:00Z")}, test::kNoon, {});

    REQUIRE(table.findPatient("general", "1"));
    CHECK(table.findPatient("general", "1")->encounter == "b");
    CHECK_FALSE(table.findPatient("general", "2"));
    CHECK_FALSE(table.findPatient("other", "1"));
}

TEST_CASE("ward: the state tells when it was read and why not since", "[store]") {
    test::Store store;
    WardTable table(store.database);
    CHECK_FALSE(table.state("general", "ward-7").readAt);

    table.recordFault("general", "ward-7", "the EHR is down");
    CHECK(table.state("general", "ward-7").fault == "the EHR is down");
    CHECK_FALSE(table.state("general", "ward-7").readAt);

    table.replace("general", "ward-7", {row("a", "1", "")}, test::kNoon, {"/entry/3: \"no\" id"});
    CHECK(table.state("general", "ward-7").readAt == test::kNoon);
    CHECK(table.state("general", "ward-7").fault.empty());
    CHECK(table.state("general", "ward-7").problems ==
          std::vector<std::string>{"/entry/3: \"no\" id"});

    table.recordFault("general", "ward-7", "down again");
    CHECK(table.state("general", "ward-7").readAt == test::kNoon);
    CHECK(table.state("general", "ward-7").fault == "down again");
    CHECK(table.state("general", "ward-7").problems.size() == 1);
    CHECK(encounters(table.rows("general", "ward-7")) == "a");
}

TEST_CASE("ward: the projection can be thrown away", "[store]") {
    test::Store store;
    WardTable table(store.database);
    table.replace("general", "ward-7", {row("a", "1", "")}, test::kNoon, {});

    table.replace("general", "ward-7", {}, test::kNoon, {});

    CHECK(table.rows("general", "ward-7").empty());
}

TEST_CASE("ward: the version is another one when anything is, and only then", "[store]") {
    test::Store store;
    WardTable table(store.database);
    using Written = WardTable::Written;
    const auto write = [&](const std::vector<WardRow>& rows, std::chrono::seconds later,
                           const std::vector<std::string>& problems = {}) {
        return table.replace("general", "ward-7", rows, test::kNoon + later, problems);
    };
    const auto version = [&] { return table.state("general", "ward-7").version; };
    CHECK(version() == 0);
    CHECK(write({row("a", "1", ""), row("b", "2", "")}, 0s) == Written::Changed);
    const auto first = version();

    CHECK(write({row("a", "1", ""), row("b", "2", "")}, 60s) == Written::Same);
    CHECK(version() == first);
    CHECK(table.state("general", "ward-7").readAt == test::kNoon + 60s);

    std::set<std::int64_t> versions{first};
    const auto isNew = [&] { return versions.insert(version()).second; };
    CHECK(write({row("b", "2", ""), row("a", "1", "")}, 120s) == Written::Changed);  // the order
    CHECK(isNew());
    auto moved = row("a", "1", "");
    moved.location = "Bed 4";
    CHECK(write({row("b", "2", ""), moved}, 180s) == Written::Changed);
    CHECK(isNew());
    CHECK(write({row("b", "2", ""), moved}, 240s, {"one is left out"}) == Written::Changed);
    CHECK(isNew());
    CHECK(table.recordFault("general", "ward-7", "down") == Written::Changed);
    CHECK(isNew());
    CHECK(table.recordFault("general", "ward-7", "down") == Written::Same);
    CHECK(write({row("b", "2", ""), moved}, 300s, {"one is left out"}) == Written::Changed);
    CHECK(isNew());                                                     // it can be read again
    CHECK(write({row("b", "2", ""), moved}, 10s) == Written::Changed);  // a clock was set back
    CHECK(isNew());
}

TEST_CASE("ward: rows that somebody emptied are filled by the next reading", "[store]") {
    test::Store store;
    WardTable table(store.database);
    table.replace("general", "ward-7", {row("a", "1", "")}, test::kNoon, {});
    store.database.transaction([](Poco::Data::Session& session) {
        session << "DELETE FROM ward_row", Poco::Data::Keywords::now;
    });
    REQUIRE(table.rows("general", "ward-7").empty());

    table.replace("general", "ward-7", {row("a", "1", "")}, test::kNoon + 60s, {});

    CHECK(encounters(table.rows("general", "ward-7")) == "a");
}

TEST_CASE("ward: the projection can be dropped and is filled again", "[store]") {
    test::Store store;
    WardTable table(store.database);
    WardLeaseTable leases(store.database);
    const auto lease = leases.take("general", "ward-7", test::kNoon, 60s, false);
    REQUIRE(lease);
    table.replace("general", "ward-7", {row("a", "1", "")}, test::kNoon, {}, &*lease);

    table.forget();

    CHECK(table.rows("general", "ward-7").empty());
    CHECK_FALSE(table.state("general", "ward-7").readAt);
    // What was under way is not written; the next reading may begin at once.
    CHECK(table.replace("general", "ward-7", {row("b", "1", "")}, test::kNoon, {}, &*lease) ==
          WardTable::Written::Lost);
    const auto next = leases.take("general", "ward-7", test::kNoon + 1s, 60s, false);
    REQUIRE(next);
    table.replace("general", "ward-7", {row("a", "1", "")}, test::kNoon + 1s, {}, &*next);
    CHECK(encounters(table.rows("general", "ward-7")) == "a");
}

}  // namespace ward_table_test
