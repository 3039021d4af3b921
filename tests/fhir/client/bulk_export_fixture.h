#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "fhir/client/bulk_export.h"
#include "tests/fhir/client/client_fixture.h"
#include "tests/support/fake_transport.h"
#include "tests/support/thrown.h"

namespace test {

inline const std::string kState = "https://ehr.example/api/FHIR/R4/jobs/7";
inline const std::string kFile = "https://ehr.example/api/FHIR/R4/files/1";

/// An export of a made-up group. Time passes only where it waits.
struct Export {
    FakeTransport transport;
    fhir::ClientOptions options = withToken();
    fhir::BulkExportRequest request;
    std::vector<std::chrono::milliseconds> waits;
    bool goOn = true;
    std::string ids;
    fhir::Deadline now = std::chrono::steady_clock::now();

    Export() { request.group = "ward-7"; }

    Export& started(fhir::Headers headers = {{"Content-Location", kState}}) {
        transport.then(reply(202, {}, std::move(headers)));
        return *this;
    }
    Export& ready(const std::string& output, const std::string& more = {}) {
        transport.then(reply(200, R"({"transactionTime":"2026-03-07T08:15:00Z","request":"x",)" +
                                      more + R"("output":[)" + output + "]}"));
        return *this;
    }
    Export& then(fhir::http::Response response) {
        transport.then(std::move(response));
        return *this;
    }
    Export& ended() { return then(reply(202)); }

    fhir::BulkExported run() {
        const fhir::Client client(transport, options);
        fhir::Clock clock;
        clock.steady = [this] { return now; };
        const fhir::BulkExport bulk(
            client,
            [this](std::chrono::milliseconds span) {
                waits.push_back(span);
                now += span;
                return goOn;
            },
            clock);
        return bulk.run(request, [this](const fhir::json::Value& resource, fhir::json::Wanted&) {
            ids += resource.at("id").string() + " ";
        });
    }
    fhir::Error failure() {
        return thrown([this] { run(); });
    }
    const fhir::http::Request& asked(std::size_t index) { return transport.requests.at(index); }
    bool withCredential(std::size_t index) {
        return asked(index).headers.find("Authorization").has_value();
    }
};

inline std::string file(const std::string& url, const std::string& count = {}) {
    return R"({"type":"Patient","url":")" + url + "\"" +
           (count.empty() ? "" : ",\"count\":" + count) + "}";
}

}  // namespace test
