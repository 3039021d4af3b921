#include "tests/faults/crowd.h"

#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "fhir/base/error.h"
#include "fhir/base/random.h"
#include "tests/faults/nurses.h"
#include "tests/support/gate.h"
#include "tests/support/key_server.h"
#include "tests/support/program.h"
#include "tests/support/raw_connection.h"
#include "tests/support/site_text.h"
#include "tests/support/temporary_folder.h"

namespace faults {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using Connections = std::vector<std::unique_ptr<test::RawConnection>>;

constexpr std::size_t kDrips = 1000, kIdle = 600, kReads = 200, kForgers = 8;
constexpr int kLaunchesMax = 10'000;
constexpr std::chrono::seconds kCrowdAlone{12}, kForging{8};
/// After a set of keys was fetched, before an unknown key makes the service ask again.
constexpr std::chrono::seconds kAskAgainAfter{31};
constexpr std::chrono::seconds kSlowestMax{5};
constexpr const char* kPath = "/cds-services/what-matters";
constexpr const char* kWords = "To see the apple tree in bloom";

/// 1,800 connections are as many open files.
void allowOpenFiles() {
    constexpr rlim_t kFiles = 8192;
    struct rlimit limit {};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= kFiles) return;
    limit.rlim_cur = std::min(kFiles, limit.rlim_max);
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

std::string callText() {
    return R"({"hook":"patient-view","hookInstance":")" + fhir::randomUuid() +
           R"(","context":{"userId":"Practitioner/1","patientId":"patient-1"},"prefetch":{)"
           R"("patient":null,"encounter":null,"statements":{"resourceType":"Bundle",)"
           R"("type":"searchset","entry":[{"resource":{"resourceType":"Observation","id":"o1",)"
           R"("status":"final","category":[{"coding":[{"system":)"
           R"("http://hl7.org/fhir/us/core/CodeSystem/us-core-category",)"
           R"("code":"care-experience-preference"}]}],"code":{"coding":[{"system":)"
           R"("http://loinc.org","code":"81363-4"}]},"subject":{"reference":"Patient/patient-1"},)"
           R"("performer":[{"reference":"Patient/patient-1"}],"effectiveDateTime":"2026-11-01",)"
           R"("valueString":")" +
           std::string(kWords) + "\"}}]}}}";
}

/// The service, those whom it has to answer, and what the others are kept from.
class Door {
public:
    explicit Door(const std::string& program);
    bool isUp();
    /// Asks for a card; how long it took, or 0 with a fault.
    void askForCard(Crowd& crowd, std::vector<std::chrono::milliseconds>& times);
    void drip(const std::stop_token& stop);
    void readPages(const std::stop_token& stop);
    void forge(const std::stop_token& stop);
    void launch(const std::stop_token& stop);
    std::uint16_t port() const { return port_; }
    test::KeyServer& keys() { return keys_; }

    std::atomic<int> reads = 0, forged = 0, launches = 0;

private:
    fhir::http::Response post(const std::string& kid, std::chrono::seconds patience);

    const std::uint16_t port_ = test::freePorts(1).front();
    const fhir::Url service_ = fhir::Url::parse("http://127.0.0.1:" + std::to_string(port_));
    test::CdsClient client_;
    test::KeyServer keys_{client_};
    test::RawServer ehr_{
        [](test::Connection& connection, std::size_t) { connection.waitUntilClosed(); }};
    test::TemporaryFolder folder_;
    std::unique_ptr<fhir::http::Transport> transport_ = fhir::http::makeTransport();
    std::unique_ptr<test::Program> running_;
};

Door::Door(const std::string& program) {
    auto text =
        test::siteText(ehr_.url() + "/fhir",
                       R"(,"cds":{"issuers":[{"iss":")" + std::string(test::CdsClient::kIss) +
                           R"(","jku":")" + keys_.url() + R"("}]},"launch":{"clientId":"pages"})",
                       10);
    text = test::changed(std::move(text), "127.0.0.1:0", "127.0.0.1:" + std::to_string(port_));
    text = test::changed(std::move(text), R"("publicUrl")",
                         R"("requests":{"connectionsPerAddressMax":4000},"publicUrl")");
    running_ = std::make_unique<test::Program>(
        std::vector<std::string>{program, "serve", "--config", folder_.write("site.json", text)},
        folder_.file("log"));
}

bool Door::isUp() {
    return test::soon([&] {
        try {
            return post(test::CdsClient::kKid, 5s).status == 200;
        } catch (const fhir::Error&) {
            return false;
        }
    });
}

fhir::http::Response Door::post(const std::string& kid, std::chrono::seconds patience) {
    const auto claims =
        test::CdsClient::claims(service_.resolve(kPath).text(), std::chrono::system_clock::now());
    const auto token = fhir::smart::sign({client_.algorithm(), kid, "JWT", ""},
                                         test::objectOf(claims), client_.key());
    return transport_->send(
        {"POST",
         service_.resolve(kPath),
         {{"Content-Type", "application/json"}, {"Authorization", "Bearer " + token}},
         callText()},
        fhir::deadlineIn(patience));
}

void Door::askForCard(Crowd& crowd, std::vector<std::chrono::milliseconds>& times) {
    const auto asked = Clock::now();
    try {
        const auto answer = post(test::CdsClient::kKid, kSlowestMax);
        times.push_back(
            std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - asked));
        if (answer.status == 200 && answer.body.find(kWords) != std::string::npos)
            ++crowd.cards;
        else if (crowd.fault.empty())
            crowd.fault = "a card was answered with " + std::to_string(answer.status) + ": " +
                          answer.body.substr(0, 200);
    } catch (const fhir::Error& error) {
        if (crowd.fault.empty()) crowd.fault = std::string("a card did not come: ") + error.what();
    }
}

void Door::drip(const std::stop_token& stop) {
    Connections drips(kDrips);
    while (!stop.stop_requested()) {
        for (auto& one : drips) {
            if (one && one->send("a")) continue;
            one = std::make_unique<test::RawConnection>(port_);
            one->send("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Drip: ");
        }
        std::this_thread::sleep_for(500ms);
    }
}

void Door::readPages(const std::stop_token& stop) {
    const auto page = openPages(service_, {"patient-1"}).front();
    const auto request = "GET /api/patient HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: " + page.cookie +
                         "\r\nX-WhatMatters-Context: " + page.context + "\r\n\r\n";
    Connections readers(kReads);
    while (!stop.stop_requested()) {
        for (auto& one : readers) {
            if (one && one->socket().available() == 0 && !one->isClosed()) continue;  // waits
            one = std::make_unique<test::RawConnection>(port_);
            one->send(request);
            ++reads;
        }
        std::this_thread::sleep_for(200ms);
    }
}

void Door::forge(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        try {
            post("nobody-" + fhir::randomUuid(), 2s);
        } catch (const fhir::Error&) {
            // what a forger gets is nobody's concern
        }
        ++forged;
    }
}

void Door::launch(const std::stop_token& stop) {
    const auto request =
        "GET /launch?launch=x&iss=" + ehr_.url() + "/fhir HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    Connections strangers(32);
    while (!stop.stop_requested() && launches < kLaunchesMax)
        for (auto& one : strangers) {
            if (!one || !one->send(request)) {
                one = std::make_unique<test::RawConnection>(port_);
                one->send(request);
            }
            ++launches;
        }
}

}  // namespace

Crowd crowdTheDoor(const std::string& program) {
    allowOpenFiles();
    Crowd crowd{.drips = kDrips, .idle = kIdle};
    Door door(program);
    if (!door.isUp()) {
        crowd.fault = "it did not start";
        return crowd;
    }
    const auto fetched = Clock::now();
    Connections idle;
    for (std::size_t i = 0; i < kIdle; ++i)
        idle.push_back(std::make_unique<test::RawConnection>(door.port()));
    std::vector<std::jthread> strangers;
    strangers.emplace_back([&](const std::stop_token& stop) { door.drip(stop); });
    strangers.emplace_back([&](const std::stop_token& stop) { door.readPages(stop); });
    std::vector<std::chrono::milliseconds> times;
    const auto askUntil = [&](Clock::time_point until) {
        while (crowd.fault.empty() && Clock::now() < until) {
            door.askForCard(crowd, times);
            std::this_thread::sleep_for(25ms);
        }
    };
    askUntil(Clock::now() + kCrowdAlone);
    strangers.emplace_back([&](const std::stop_token& stop) { door.launch(stop); });
    askUntil(fetched + kAskAgainAfter);
    door.keys().isSilent = true;
    for (std::size_t i = 0; i < kForgers; ++i)
        strangers.emplace_back([&](const std::stop_token& stop) { door.forge(stop); });
    askUntil(Clock::now() + kForging);
    for (auto& one : strangers) one.request_stop();
    strangers.clear();
    crowd.reads = door.reads;
    crowd.forged = door.forged;
    crowd.launches = door.launches;
    std::sort(times.begin(), times.end());
    if (!times.empty()) {
        crowd.median = times[times.size() / 2];
        crowd.slowest = times.back();
    }
    if (crowd.fault.empty() && door.keys().asked < 2)
        crowd.fault = "no forged token made the service ask for the keys again";
    if (crowd.fault.empty() && crowd.reads < static_cast<int>(kReads))
        crowd.fault = "hardly any page was read";
    return crowd;
}

}  // namespace faults
