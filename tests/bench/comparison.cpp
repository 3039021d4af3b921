#include "tests/bench/comparison.h"

#include <benchmark/benchmark.h>

#include <array>
#include <cstdio>
#include <ctime>
#include <map>

namespace bench {
namespace {

constexpr int kRuns = 9;  // of each side, in turns

std::vector<Comparison>& comparisons() {
    static std::vector<Comparison> all;
    return all;
}

void enroll(const std::string& name, const Work& work) {
    benchmark::RegisterBenchmark(name.c_str(),
                                 [work](benchmark::State& state) {
                                     for (auto _ : state) state.SetIterationTime(work());
                                 })
        ->UseManualTime()
        ->Iterations(1)
        ->Repetitions(kRuns)
        ->ReportAggregatesOnly(true);
}

/// Keeps the median of each work, in seconds.
class Medians : public benchmark::BenchmarkReporter {
public:
    bool ReportContext(const Context&) override { return true; }
    void ReportRuns(const std::vector<Run>& runs) override {
        for (const auto& run : runs) {
            if (run.error_occurred)
                std::fprintf(stderr, "%s: %s\n", run.benchmark_name().c_str(),
                             run.error_message.c_str());
            else if (run.aggregate_name == "median")
                seconds_[run.run_name.function_name] =
                    run.real_accumulated_time / static_cast<double>(run.iterations);
        }
    }
    double of(const std::string& name) const {
        const auto found = seconds_.find(name);
        return found == seconds_.end() ? 0 : found->second;
    }

private:
    std::map<std::string, double> seconds_;
};

void print(const Comparison& one, const std::string& work, double seconds) {
    std::printf("%s, %s: %.1f %s/s, median of %d\n", one.name.c_str(), work.c_str(),
                one.amount / seconds, one.unit.c_str(), kRuns);
}

/// Whether it could be measured.
bool report(const Comparison& one, const Medians& medians) {
    const auto ours = medians.of(one.name + ":ours");
    const auto other = medians.of(one.name + ":other");
    if (ours <= 0 || other <= 0) return false;
    print(one, "ours", ours);
    print(one, one.beside, other);
    for (const auto& [name, work] : one.more) print(one, name, medians.of(one.name + ":" + name));
    const auto ratio = other / ours;
    std::printf("bench %s %.2f aim >=%.2g %s\n", one.name.c_str(), ratio, one.aim,
                ratio >= one.aim ? "ok" : "short");
    return true;
}

}  // namespace

double threadSeconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

bool add(Comparison comparison) {
    comparisons().push_back(std::move(comparison));
    return true;
}

}  // namespace bench

int main() {
    std::string program = "bench";
    std::string interleaved = "--benchmark_enable_random_interleaving=true";
    std::array<char*, 2> arguments{program.data(), interleaved.data()};
    int count = arguments.size();
    benchmark::Initialize(&count, arguments.data());
    for (const auto& one : bench::comparisons()) {
        bench::enroll(one.name + ":ours", one.ours);
        bench::enroll(one.name + ":other", one.other);
        for (const auto& [name, work] : one.more) bench::enroll(one.name + ":" + name, work);
    }
    bench::Medians medians;
    benchmark::RunSpecifiedBenchmarks(&medians);
    bool measured = true;
    for (const auto& one : bench::comparisons()) measured = bench::report(one, medians) && measured;
    return measured ? 0 : 1;
}
