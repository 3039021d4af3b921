// Statements from the page through capture and outbox into the simulator, beside as many bare POSTs
// of the same Observation on one connection that is kept alive.
#include <chrono>
#include <cstdio>
#include <future>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include "fhir/base/random.h"
#include "tests/bench/service/running.h"
#include "tests/support/json_at.h"

namespace {

constexpr int kStatements = 300;
constexpr int kPatients = 24;
constexpr int kHands = 8;  ///< that write at once
constexpr int kRounds = 5;

std::string observation(int number) {
    return R"({"resourceType":"Observation","status":"final","identifier":[{"system":)"
           R"("urn:ietf:rfc:3986","value":"urn:uuid:)" +
           fhir::randomUuid() +
           R"("}],"category":[{"coding":[{"system":)"
           R"("http://terminology.hl7.org/CodeSystem/observation-category","code":"survey"}]},)"
           R"({"coding":[{"system":"http://hl7.org/fhir/us/core/CodeSystem/us-core-category",)"
           R"("code":"care-experience-preference"}]}],"code":{"coding":[{"system":)"
           R"("http://loinc.org","code":"95541-9"},{"system":"http://loinc.org","code":)"
           R"("81363-4"}],"text":"What matters to me"},"subject":{"reference":"Patient/patient-)" +
           std::to_string(1 + number % kPatients) +
           R"("},"effectiveDateTime":"2026-03-01T08:15:00Z","issued":"2026-03-01T08:15:00Z",)"
           R"("performer":[{"reference":"Patient/patient-)" +
           std::to_string(1 + number % kPatients) +
           R"("}],"valueString":"I want to see the apple tree, number )" + std::to_string(number) +
           ".\"}";
}

std::string form(int number) {
    return R"({"id":"urn:uuid:)" + fhir::randomUuid() +
           R"(","aspect":"now","by":"patient","text":"I want to see the apple tree, number )" +
           std::to_string(number) + ".\"}";
}

void expect(const bench::Wire::Answer& answer, int status) {
    if (answer.status != status)
        throw std::runtime_error("not " + std::to_string(status) + ": " +
                                 std::to_string(answer.status) + " " + answer.body);
}

void run(const std::string& program) {
    const bench::Ehr ehr(program, kPatients);
    bench::Service service(program, bench::connectionText("ehr", ehr, "ward-7", ehr.ward()));
    bench::Wire toEhr(ehr.port());
    bench::Wire toOperations(service.operationsPort());
    std::vector<std::unique_ptr<bench::Wire>> hands;
    for (int i = 0; i < kHands; ++i) hands.push_back(std::make_unique<bench::Wire>(service.port()));
    std::vector<bench::Wire::Headers> pages;
    for (int i = 1; i <= kPatients; ++i)
        pages.push_back(
            service.open(R"({"view":"patient","patient":"patient-)" + std::to_string(i) + "\"}"));

    const auto ours = [&] {
        return kStatements / bench::secondsOf([&] {
                   std::vector<std::future<void>> writing;
                   for (int hand = 0; hand < kHands; ++hand)
                       writing.push_back(std::async(std::launch::async, [&, hand] {
                           for (int i = hand; i < kStatements; i += kHands)
                               expect(hands[static_cast<std::size_t>(hand)]->send(
                                          "POST", "/api/patient/statements", form(i),
                                          pages.at(static_cast<std::size_t>(i % kPatients))),
                                      201);
                       }));
                   for (auto& one : writing) one.get();
                   while (test::at(toOperations.send("GET", "/health/ready").body,
                                   "/outboxWaiting") != "0")
                       std::this_thread::sleep_for(std::chrono::milliseconds(2));
               });
    };
    const auto bare = [&] {
        return kStatements / bench::secondsOf([&] {
                   for (int i = 0; i < kStatements; ++i)
                       expect(toEhr.send("POST", "/fhir/Observation", observation(i),
                                         {{"Content-Type", "application/fhir+json"}}),
                              201);
               });
    };
    const auto [rate, beside] = bench::medians(
        "outbox, " + std::to_string(kStatements) + " statements", "a second", kRounds, ours, bare);
    const auto record = toEhr.send("GET", "/simulator/writes").body;
    if (test::at(record, "/total") != std::to_string(2 * kRounds * kStatements))
        throw std::runtime_error("not each was written once: " + test::at(record, "/total"));
    bench::result("outbox-sqlite", rate / beside, true, 0.5);
}

}  // namespace

int main(int count, char** words) {
    return bench::measured(count, words, run);
}
