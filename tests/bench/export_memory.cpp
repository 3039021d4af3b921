// The peak memory of a process that carries out a bulk export, 200 MB of NDJSON off a server's
// connection into structs. The server is in the same process and makes the file up as it sends it.
#include <sys/resource.h>

#include <atomic>
#include <cstdio>

#include "fhir/client/bulk_export.h"
#include "fhir/r4/encounter.h"
#include "fhir/r4/observation.h"
#include "tests/bench/bundle_text.h"
#include "tests/support/raw_server.h"

namespace {

constexpr std::size_t kBytes = 200'000'000;
constexpr std::size_t kBlockBytes = 64 * 1024;
constexpr unsigned kSeed = 7;
constexpr double kAimMib = 64;

/// The file, in chunks (RFC 9112, section 7.1). Returns how many resources it had; 0 where the
/// peer did not take it.
std::size_t sendFile(test::Connection& connection) {
    connection.send(
        "HTTP/1.1 200 OK\r\nContent-Type: application/fhir+ndjson\r\n"
        "Transfer-Encoding: chunked\r\n\r\n");
    bench::MadeUpResources resources(kSeed);
    for (std::size_t bytes = 0; bytes < kBytes;) {
        std::string block;
        while (block.size() < kBlockBytes) block += resources.next() + "\n";
        bytes += block.size();
        char size[32];
        std::snprintf(size, sizeof size, "%zx\r\n", block.size());
        if (!connection.send(size + block + "\r\n")) return 0;
    }
    return connection.send("0\r\n\r\n") ? resources.count() : 0;
}

/// A server with one export, of one file.
class ExportServer {
public:
    std::string url() const { return server_.url(); }
    std::size_t sent() const noexcept { return sent_; }

private:
    void serve(test::Connection& connection) {
        for (;;) {
            const auto request = connection.readRequest();
            if (request.empty()) return;
            if (request.starts_with("GET /fhir/Patient/$export"))
                connection.send(test::answer(202, {}, "Content-Location: /fhir/jobs/1\r\n"));
            else if (request.starts_with("GET /fhir/jobs/1"))
                connection.send(
                    test::answer(200, R"({"transactionTime":"2026-03-07T08:15:00Z","output":[)"
                                      R"({"type":"Encounter","url":"/fhir/files/1"}]})"));
            else if (request.starts_with("GET /fhir/files/1"))
                sent_ = sendFile(connection);
            else
                connection.send(test::answer(202, {}));
        }
    }

    std::atomic<std::size_t> sent_{0};
    test::RawServer server_{[this](auto& connection, auto) { serve(connection); }};
};

double peakMib() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

}  // namespace

int main() {
    const ExportServer server;
    const auto transport = fhir::http::makeTransport();
    fhir::ClientOptions options;
    options.base = fhir::Url::parse(server.url() + "/fhir");
    const fhir::Client client(*transport, options);
    std::size_t characters = 0;  // so that nothing that was read goes unused

    const auto exported =
        fhir::BulkExport(client).run({}, [&](const fhir::json::Value& resource, auto& wanted) {
            if (resource.at("resourceType").text() == fhir::Encounter::resourceType)
                characters += fhir::Encounter::fromJson(resource, wanted).status.size();
            else
                characters += fhir::Observation::fromJson(resource, wanted).valueString->size();
        });

    if (exported.resources == 0 || exported.resources != server.sent() ||
        exported.issueCount != 0 || characters < exported.resources) {
        std::fprintf(stderr, "export-memory: %zu resources were sent, %zu read, %zu issues\n",
                     server.sent(), static_cast<std::size_t>(exported.resources),
                     static_cast<std::size_t>(exported.issueCount));
        return 1;
    }
    const auto mib = peakMib();
    std::printf("export-memory: %zu resources, %.0f MB\n", server.sent(), kBytes / 1e6);
    std::printf("bench export-memory %.1f aim <=%.0f %s\n", mib, kAimMib,
                mib <= kAimMib ? "ok" : "short");
}
