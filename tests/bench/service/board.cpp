// The board of a ward of 40, where the store holds 100,000 stays and where it holds 1,000, all of
// them synced by the service itself; and the memory of the one that holds more.
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <thread>

#include "tests/bench/service/running.h"
#include "tests/support/json_at.h"

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kBeds = 40;
constexpr int kUnitStays = 2000;  ///< the most that a unit may have
constexpr int kUnits = 50;
constexpr int kBoards = 100;
constexpr int kRounds = 7;
constexpr std::chrono::minutes kSyncMax{20};

/// A site with one ward of 40, and further units of so many stays each.
std::string connections(const bench::Ehr& ward, const bench::Ehr& others, int units) {
    // Links are about the first connection by name.
    auto text = bench::connectionText("a-ward", ward, "ward-40", ward.ward());
    for (int i = 0; i < units; ++i)
        text += "," + bench::connectionText("unit-" + std::to_string(i), others, "all",
                                            others.everybody());
    return text;
}

void waitForSync(bench::Service& service, int stays) {
    const auto until = Clock::now() + kSyncMax;
    while (service.stays() < stays) {
        if (Clock::now() > until)
            throw std::runtime_error("only " + std::to_string(service.stays()) +
                                     " stays were synced");
        std::this_thread::sleep_for(std::chrono::milliseconds(500));
    }
}

/// Milliseconds of one board, of kBoards on one connection.
double board(bench::Wire& wire, const bench::Wire::Headers& page) {
    return bench::secondsOf([&] {
               for (int i = 0; i < kBoards; ++i) {
                   const auto answer = wire.send("GET", "/api/ward", {}, page);
                   if (answer.status != 200 || test::sizeAt(answer.body, "/rows") != kBeds)
                       throw std::runtime_error("no board of " + std::to_string(kBeds) + ": " +
                                                answer.body.substr(0, 300));
               }
           }) *
           1000 / kBoards;
}

void run(const std::string& program) {
    const bench::Ehr ward(program, kBeds);
    const bench::Ehr thousand(program, 1000 - kBeds);
    const bench::Ehr many(program, kUnitStays);
    bench::Service small(program, connections(ward, thousand, 1));
    waitForSync(small, 1000);
    bench::Service large(program, connections(ward, many, kUnits));
    const auto sync = bench::secondsOf([&] { waitForSync(large, kBeds + kUnits * kUnitStays); });
    std::printf("memory, %d stays synced in %.0f s: %.1f MiB\n", kBeds + kUnits * kUnitStays, sync,
                large.residentMib());
    bench::result("memory-100000", large.residentMib(), false, 150);

    const std::string link = R"({"view":"ward","unit":"ward-40"})";
    const auto smallPage = small.open(link);
    const auto largePage = large.open(link);
    bench::Wire toSmall(small.port());
    bench::Wire toLarge(large.port());
    const auto [ours, beside] = bench::medians(
        "board of 40, 100,000 stays in the store beside 1,000", "ms", kRounds,
        [&] { return board(toLarge, largePage); }, [&] { return board(toSmall, smallPage); });
    bench::result("board-100000", ours / beside, false, 1.2);
}

}  // namespace

int main(int count, char** words) {
    return bench::measured(count, words, run);
}
