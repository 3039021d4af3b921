// Plays what can go wrong with writing, in earnest: see README.md. Ends with "faults: N passed, M
// failed".
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>
#include <random>
#include <string_view>

#include "fhir/base/log.h"
#include "tests/faults/cluster.h"
#include "tests/faults/crowd.h"
#include "tests/faults/few_files.h"
#include "tests/faults/full_disk.h"
#include "tests/faults/kill.h"
#include "tests/faults/mix_ups.h"
#include "tests/faults/proxies.h"
#include "tests/faults/simulation.h"
#include "tests/support/postgresql.h"
#include "tests/support/temporary_folder.h"

namespace {

using Clock = std::chrono::steady_clock;
using plugin::store::Database;
using plugin::store::Key;
using plugin::store::Options;

struct Plan {
    std::uint64_t seed = std::random_device{}();
    std::optional<std::uint64_t> only;  ///< play this history alone, and print it
    int seeds = 1000;
    int rounds = 160;  ///< of kills, for each engine
    std::chrono::minutes more{0};
    std::string program;  ///< whatmatters
    std::string part;  ///< "liar", "strangers", "kills", "disk", "cluster" or "simulation"; "" all

    bool has(std::string_view name) const { return part.empty() || part == name; }
};

constexpr std::chrono::seconds kClusterLoad{40};

int passed = 0;
int failed = 0;

void count(const std::string& name, const std::string& fault) {
    std::printf("%s: %s%s%s\n", fault.empty() ? "passed" : "FAILED", name.c_str(),
                fault.empty() ? "" : ": ", fault.c_str());
    std::fflush(stdout);
    ++(fault.empty() ? passed : failed);
}

Options optionsIn(const std::string& file) {
    Options options;
    options.path = file;
    options.keys = {{"faults", fhir::Secret(std::string(Key::kBytes, 'f'))}};
    return options;
}

/// Memory where there is some: a history needs no disk, and thousands of them would wait for it.
void useMemory() {
    if (std::filesystem::is_directory("/dev/shm") && ::access("/dev/shm", W_OK) == 0)
        ::setenv("TMPDIR", "/dev/shm", 1);
}

int replay(std::uint64_t seed) {
    const test::TemporaryFolder folder;
    Database database(optionsIn(folder.file()));
    faults::History history;
    const auto outcome = faults::simulate(seed, database, {}, history);
    for (const auto& line : history.lines()) std::printf("%s\n", line.c_str());
    std::printf("seed %llu: %s\n", static_cast<unsigned long long>(seed),
                outcome.fault.empty() ? "every promise held" : outcome.fault.c_str());
    return outcome.fault.empty() ? 0 : 1;
}

void playSimulation(const Plan& plan) {
    const test::TemporaryFolder folder;
    Database database(optionsIn(folder.file()));
    const auto until = Clock::now() + plan.more / 4;
    long captured = 0;
    long corrected = 0;
    long crashes = 0;
    long mishaps = 0;
    int seeds = 0;
    std::string fault;
    for (; fault.empty() && (seeds < plan.seeds || Clock::now() < until); ++seeds) {
        faults::History history;
        const auto seed = plan.seed + static_cast<std::uint64_t>(seeds);
        const auto outcome = faults::simulate(seed, database, {}, history);
        captured += outcome.captured;
        corrected += outcome.corrected;
        crashes += outcome.crashes;
        mishaps += outcome.mishaps;
        if (outcome.fault.empty()) continue;
        for (const auto& line : history.lines()) std::printf("    %s\n", line.c_str());
        fault = "seed " + std::to_string(seed) + ": " + outcome.fault +
                " (tests/faults/run BINARY --replay " + std::to_string(seed) + " plays it again)";
    }
    std::printf(
        "simulation: seeds from %llu: %d histories, %ld statements, %ld corrections, %ld deaths, "
        "%ld spoilt requests\n",
        static_cast<unsigned long long>(plan.seed), seeds, captured, corrected, crashes, mishaps);
    if (fault.empty() &&
        (crashes < seeds / 4 || mishaps < seeds || captured < seeds || corrected < seeds / 2))
        fault = "hardly anything went wrong in it";
    count("simulation: nothing lost, nothing doubled, in order", fault);
}

/// A simulation that finds nothing must be able to find something.
void playSpoilt(const Plan& plan, const char* what, const faults::Play& play) {
    const test::TemporaryFolder folder;
    Database database(optionsIn(folder.file()));
    bool isFound = false;
    for (std::uint64_t i = 0; i < 300 && !isFound; ++i) {
        faults::History history;
        isFound = !faults::simulate(plan.seed + i, database, play, history).fault.empty();
    }
    count(std::string("simulation: notices one that ") + what,
          isFound ? "" : "in 300 histories it did not");
}

void playKills(const Plan& plan, const std::string& name, const Options& options,
               faults::Siege siege) {
    siege.until = Clock::now() + plan.more / 4;
    const auto kills = faults::killAndCompare(plan.seed, options, siege);
    std::printf(
        "%s: seed %llu: %d rounds, %d processes killed, at %d steps and at any moment; "
        "%d acknowledged, %d in the chart\n",
        name.c_str(), static_cast<unsigned long long>(plan.seed), kills.rounds, kills.killed,
        kills.points, kills.acknowledged, kills.inChart);
    auto fault = kills.fault;
    if (fault.empty() && kills.killed < kills.rounds / 2) fault = "hardly any round was killed";
    // The first steps of a sweep come before anything is saved: only a whole one can tell.
    const bool isWhole = kills.rounds >= 2 * kills.points;
    if (fault.empty() && isWhole && kills.acknowledged < kills.rounds / 4)
        fault = "hardly anything was saved";
    count(name + ": acknowledged is delivered, once", fault);
}

void playAllKills(const Plan& plan) {
    const test::TemporaryFolder folder;
    playKills(plan, "kill -9 on sqlite", optionsIn(folder.file()), {.rounds = plan.rounds});
    auto& server = test::PostgreSql::shared();
    auto options = optionsIn("");
    options.engine = Options::Engine::PostgreSql;
    options.postgresql = server.makeSchema();
    playKills(plan, "kill -9 on postgresql", options, {.rounds = plan.rounds});
    options.postgresql = server.makeSchema();
    playKills(plan, "kill -9 of three instances, and of postgresql", options,
              {.rounds = plan.rounds / 4, .instances = 3, .crashDatabase = [&] {
                   server.crashAndRestart();
               }});
}

void judgeCluster(std::uint64_t seed, faults::Cluster& cluster) {
    const auto uproar = cluster.finish();
    std::printf(
        "cluster: seed %llu: %d instances killed and %d ended, %d stops of postgresql, %d absences "
        "of the EHR; %d acknowledged, %d taken back, %d in the chart; %ld requests repeated, %ld "
        "corrections came second\n",
        static_cast<unsigned long long>(seed), uproar.killed, uproar.ended, uproar.databaseStops,
        uproar.absences, uproar.acknowledged, uproar.withdrawn, uproar.inChart, uproar.repeated,
        uproar.refused);
    auto fault = uproar.fault;
    if (fault.empty() && (uproar.killed == 0 || uproar.databaseStops == 0 || uproar.absences == 0 ||
                          uproar.acknowledged < 50 || uproar.withdrawn < 5 || uproar.repeated == 0))
        fault = "hardly anything went wrong in it";
    if (!fault.empty()) fault += " (--part cluster --seed " + std::to_string(seed) + ")";
    count("cluster: nothing lost, nothing doubled, in order", fault);
}

/// The instances go on delivering while `meanwhile` runs: what waits for the lease of one that was
/// killed waits for minutes.
void playCluster(const Plan& plan, const std::function<void()>& meanwhile) {
    const auto until = Clock::now() + plan.more / 4;
    auto seed = plan.seed;
    {
        faults::Cluster cluster(plan.program, test::PostgreSql::shared(), seed);
        cluster.play(kClusterLoad);
        meanwhile();
        judgeCluster(seed, cluster);
    }
    while (Clock::now() < until) {
        faults::Cluster cluster(plan.program, test::PostgreSql::shared(), ++seed);
        cluster.play(kClusterLoad);
        judgeCluster(seed, cluster);
    }
}

void playFullDisk(const Plan& plan, const std::function<void()>& meanwhile) {
    faults::FullDisk disk(plan.program, plan.seed);
    disk.play();
    meanwhile();
    const auto fault = disk.finish();
    std::printf("full disk (%s): seed %llu: %d acknowledged, %d refused until there was room\n",
                disk.isMounted() ? "tmpfs" : "limit of files",
                static_cast<unsigned long long>(plan.seed), disk.acknowledged(), disk.refused());
    count("full disk: what cannot be saved is refused, and nothing is lost", fault);
}

void playStrangers(const Plan& plan) {
    for (const auto& result : faults::smuggleThroughProxies(plan.program)) {
        std::printf("proxies: %s: %d forms sent, %d answers to them, %d honest requests between\n",
                    result.proxy.c_str(), result.forms, result.answers, result.honest);
        count("proxies: nothing is smuggled through " + result.proxy, result.fault);
    }
    count("proxies: what a lax server lets through is found",
          faults::whyNothingIsSmuggledToLaxServer());
    count("few files: idle callers shut nobody out", faults::idleWithFewFiles(plan.program));
    const auto crowd = faults::crowdTheDoor(plan.program);
    std::printf(
        "crowd: %d drips, %d idle connections, %d page reads, %d strangers' launches, %d forged "
        "tokens; %d cards, the median after %d ms, the slowest after %d ms\n",
        crowd.drips, crowd.idle, crowd.reads, crowd.launches, crowd.forged, crowd.cards,
        static_cast<int>(crowd.median.count()), static_cast<int>(crowd.slowest.count()));
    count("crowd: what strangers do holds up no card", crowd.fault);
}

void playLiar(const Plan& plan) {
    const auto result = faults::readLiar(plan.program, plan.seed);
    int lies = 0;
    auto fault = result.fault;
    for (const auto& [lie, times] : result.lies) {
        std::printf("    %4d times: %s\n", times, lie.c_str());
        lies += times;
    }
    std::printf(
        "an EHR that lies: seed %llu: %d lies; %d pages, %d cards and %d wards read, %d words and "
        "names where they belong; who takes what is given had %d under another's name\n",
        static_cast<unsigned long long>(plan.seed), lies, result.pages, result.cards, result.wards,
        result.right, result.naive);
    if (fault.empty() && (result.right < 500 || result.naive < 20 || result.lies.size() < 14))
        fault = "hardly anything was read, or mixed up";
    if (!fault.empty()) fault += " (--part liar --seed " + std::to_string(plan.seed) + ")";
    count("an EHR that lies: no word of one person stands under another", fault);
}

template <class Number>
Number number(const char* text) {
    Number value{};
    const auto* end = text + std::strlen(text);
    if (const auto read = std::from_chars(text, end, value); read.ptr != end || text == end) {
        std::fprintf(stderr, "faults: \"%s\" is no number\n", text);
        std::exit(2);
    }
    return value;
}

Plan planFrom(int count, char** words) {
    Plan plan;
    for (int i = 1; i + 1 < count; i += 2) {
        const std::string_view name(words[i]);
        if (name == "--minutes")
            plan.more = std::chrono::minutes(number<int>(words[i + 1]));
        else if (name == "--seed")
            plan.seed = number<std::uint64_t>(words[i + 1]);
        else if (name == "--replay")
            plan.only = number<std::uint64_t>(words[i + 1]);
        else if (name == "--seeds")
            plan.seeds = number<int>(words[i + 1]);
        else if (name == "--rounds")
            plan.rounds = number<int>(words[i + 1]);
        else if (name == "--program")
            plan.program = words[i + 1];
        else if (name == "--part")
            plan.part = words[i + 1];
        else
            std::fprintf(stderr, "faults: %s is not known\n", words[i]), std::exit(2);
    }
    return plan;
}

}  // namespace

int main(int argumentCount, char** words) {
    const auto plan = planFrom(argumentCount, words);
    fhir::log::keepFrom(fhir::log::Level::Error);
    useMemory();
    if (plan.only) return replay(*plan.only);
    if (plan.has("liar")) playLiar(plan);
    if (plan.has("strangers")) playStrangers(plan);
    if (plan.has("kills")) playAllKills(plan);
    const auto simulate = [&] {
        if (!plan.has("simulation")) return;
        playSimulation(plan);
        playSpoilt(plan, "does not look first", {.looksFirst = false});
        playSpoilt(plan, "takes withdrawals for done", {.corrects = false});
        playSpoilt(plan, "writes down late what was read", {.readsInTurn = false});
    };
    const auto cluster = [&] { plan.has("cluster") ? playCluster(plan, simulate) : simulate(); };
    plan.has("disk") ? playFullDisk(plan, cluster) : cluster();
    std::printf("faults: %d passed, %d failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
