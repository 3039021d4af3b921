// How long forty reads of patients take that wait for a server, in its own latencies, over sixteen
// connections: three rounds and what we add to them.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>
#include <vector>

#include "fhir/base/concurrency/parallel.h"
#include "fhir/client/client.h"
#include "fhir/r4/patient.h"
#include "tests/support/raw_server.h"

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kReads = 40;
constexpr std::size_t kConnections = 16;
constexpr auto kLatency = 50ms;
constexpr int kRounds = 9;
constexpr double kAimLatencies = 4;

void serve(test::Connection& connection, std::size_t) {
    while (!connection.readRequest().empty()) {
        std::this_thread::sleep_for(kLatency);
        connection.send(test::answer(200, R"({"resourceType":"Patient","id":"made-up"})"));
    }
}

/// Latencies that one round took; negative where a read failed.
double round(const fhir::Client& client) {
    const auto begin = std::chrono::steady_clock::now();
    const auto errors = fhir::inParallel(kReads, kConnections, fhir::deadlineIn(60s),
                                         [&](auto) { client.read<fhir::Patient>("made-up"); });
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    const bool failed = std::any_of(errors.begin(), errors.end(), [](auto& e) { return e; });
    return failed ? -1 : took / std::chrono::duration<double>(kLatency);
}

}  // namespace

int main() {
    test::RawServer server(serve);
    fhir::http::TransportOptions limits;
    limits.connectionsMax = kConnections;
    const auto transport = fhir::http::makeTransport(limits);
    fhir::ClientOptions options;
    options.base = fhir::Url::parse(server.url() + "/fhir");
    const fhir::Client client(*transport, options);
    std::vector<double> latencies;
    for (int i = 0; i < kRounds; ++i) latencies.push_back(round(client));
    std::sort(latencies.begin(), latencies.end());
    if (latencies.front() < 0 || server.connections() > kConnections) {
        std::fprintf(stderr, "parallel-reads: a read failed, or took a connection too many\n");
        return 1;
    }
    const double median = latencies[latencies.size() / 2];
    std::printf(
        "parallel-reads: %zu reads, %zu connections, latency %lld ms; fastest %.2f, "
        "median %.2f, slowest %.2f latencies\n",
        kReads, server.connections(), static_cast<long long>(kLatency.count()), latencies.front(),
        median, latencies.back());
    std::printf("bench parallel-reads %.2f aim <=%.0f %s\n", median, kAimLatencies,
                median <= kAimLatencies ? "ok" : "short");
}
