#include "plugin/cds/card_counter.h"

#include <atomic>
#include <memory>

#include "tests/support/temporary_folder.h"

namespace card_counter_test {

using fhir::WorkerPool;
using plugin::cds::CardCounter;
using plugin::cds::CardKind;

namespace {

struct World {
    test::TemporaryFolder folder;
    plugin::store::Database database{folder.file()};
    fhir::Instant now{std::chrono::seconds(1'772'884'800)};
    std::atomic<int> passed = 0;  // seconds; the workers ask for the time as well
    fhir::Clock clock{.now = [this] { return now; },
                      .steady = [this] { return fhir::Deadline(std::chrono::seconds(passed)); }};

    std::int64_t shown() {
        std::int64_t cards = 0;
        const plugin::cds::CdsTable table(database);
        for (const auto& one : table.counts(fhir::Instant{}))
            if (one.outcome == "shown") cards += one.cards;
        return cards;
    }
};

}  // namespace

TEST_CASE("tally: what was counted is on disk at the end of the service", "[cds]") {
    World world;
    {
        auto pool = std::make_unique<WorkerPool>(1, 8);
        CardCounter tally(world.database, *pool, world.clock);
        for (int i = 0; i < 5; ++i) tally.add("general", 0, CardKind::Words);
        tally.add("general", 1, CardKind::Ask);
        pool.reset();
    }

    CHECK(world.shown() == 6);
}

TEST_CASE("tally: counts of several moments are written together, each once", "[cds]") {
    World world;
    {
        auto pool = std::make_unique<WorkerPool>(1, 8);
        CardCounter tally(world.database, *pool, world.clock);
        for (int i = 0; i < 100; ++i) {
            tally.add("general", 0, CardKind::Words);
            ++world.passed;
            if (i % 30 == 0) tally.write();
        }
        pool.reset();
    }

    CHECK(world.shown() == 100);
}

}  // namespace card_counter_test
