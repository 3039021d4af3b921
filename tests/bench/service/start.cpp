// From the start of the process to its first answer, with a database that is there already.
#include "tests/bench/service/running.h"

namespace {

constexpr int kRounds = 9;

void run(const std::string& program) {
    const bench::Ehr ehr(program, 24);
    bench::Service service(program, bench::connectionText("ehr", ehr, "ward-7", ehr.ward()));
    std::vector<double> times;
    for (int round = 0; round < kRounds; ++round) times.push_back(service.restart() * 1000);
    std::printf("start to first answer, median of %d: %.0f ms\n", kRounds, bench::median(times));
    bench::result("start", bench::median(times), false, 300);
}

}  // namespace

int main(int count, char** words) {
    return bench::measured(count, words, run);
}
