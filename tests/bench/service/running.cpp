#include "tests/bench/service/running.h"

#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Data/Session.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/StreamCopier.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "fhir/base/url.h"
#include "tests/support/json_at.h"

namespace bench {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// The first line of a file that begins with "{", once it is there.
std::string firstLine(const std::string& file, test::Program& program) {
    for (const auto until = Clock::now() + 60s; Clock::now() < until;) {
        std::ifstream log(file);
        for (std::string line; std::getline(log, line);)
            if (line.starts_with("{\"ehr\"") || line.starts_with("{\"address\"")) return line;
        if (!program.isRunning()) break;
        std::this_thread::sleep_for(2ms);
    }
    std::ifstream log(file);
    std::ostringstream text;
    text << log.rdbuf();
    throw std::runtime_error("a program did not start: " + text.str());
}

std::uint16_t portOf(const std::string& address) {
    return fhir::Url::parse(address).port;
}

}  // namespace

Wire::Wire(std::uint16_t port)
    : session_(std::make_unique<Poco::Net::HTTPClientSession>("127.0.0.1", port)) {
    session_->setKeepAlive(true);
    session_->setKeepAliveTimeout(Poco::Timespan(600, 0));
    session_->setTimeout(Poco::Timespan(120, 0));
}

Wire::Answer Wire::send(const std::string& method, const std::string& target,
                        const std::string& body, const Headers& headers) {
    Poco::Net::HTTPRequest request(method, target, "HTTP/1.1");
    request.setKeepAlive(true);
    for (const auto& [name, value] : headers) request.set(name, value);
    if (!body.empty()) {
        if (!request.has("Content-Type")) request.setContentType("application/json");
        request.setContentLength(static_cast<std::streamsize>(body.size()));
    }
    session_->sendRequest(request) << body << std::flush;
    Poco::Net::HTTPResponse response;
    Answer answer;
    Poco::StreamCopier::copyToString(session_->receiveResponse(response), answer.body);
    answer.status = response.getStatus();
    answer.location = response.get("Location", "");
    answer.cookie = response.get("Set-Cookie", "");
    answer.cookie = answer.cookie.substr(0, answer.cookie.find(';'));
    return answer;
}

Ehr::Ehr(const std::string& program, int patients) {
    const auto log = folder_.file("ehr.log");
    running_ = std::make_unique<test::Program>(
        std::vector<std::string>{program, "simulate", "--port", "0", "--patients",
                                 std::to_string(patients)},
        log);
    described_ = firstLine(log, *running_);
    port_ = portOf(base());
}

std::string Ehr::base() const {
    return at("/ehr");
}

std::string Ehr::at(const std::string& pointer) const {
    return test::at(described_, pointer);
}

std::string Ehr::ward() const {
    return R"({"source":"patient-list","identifier":")" + at("/list") + "\"}";
}

std::string Ehr::everybody() const {
    return R"({"source":"appointments","practitioner":")" + at("/practitioner") + R"(","days":1})";
}

std::string connectionText(const std::string& id, const Ehr& ehr, const std::string& unit,
                           const std::string& worklist) {
    return R"({"id":")" + id + R"(","vendor":"generic","fhirBase":")" + ehr.base() +
           R"(","auth":{"method":"none"},"write":{"routes":["observation"]},"units":[{"id":")" +
           unit + R"(","name":"Ward","worklist":)" + worklist + "}]}";
}

Service::Service(std::string program, const std::string& connections)
    : program_(std::move(program)) {
    const auto ports = test::freePorts(2);
    port_ = ports.front();
    operationsPort_ = ports.back();
    site_ = folder_.write("site.json",
                          R"({"development":true,"service":{"publicUrl":"http://127.0.0.1:8080",)"
                          R"("listen":"127.0.0.1:)" +
                              std::to_string(port_) + R"("},"operations":{"listen":"127.0.0.1:)" +
                              std::to_string(operationsPort_) +
                              R"("},"store":{"engine":"sqlite","path":"bench.db"},)"
                              R"("connections":[)" +
                              connections + "]}");
    restart();
}

double Service::restart() {
    if (running_ && running_->end(SIGTERM) != 0) throw std::runtime_error("the service failed");
    return secondsOf([&] {
        running_ = std::make_unique<test::Program>(
            std::vector<std::string>{program_, "serve", "--config", site_},
            folder_.file("service.log"));
        for (const auto until = Clock::now() + 60s; Clock::now() < until;) {
            try {
                if (Wire(port_).send("GET", "/health/live").status == 200) return;
            } catch (const Poco::Exception&) {
                if (!running_->isRunning()) break;
            }
            std::this_thread::sleep_for(1ms);
        }
        std::ifstream log(folder_.file("service.log"));
        std::ostringstream text;
        text << log.rdbuf();
        throw std::runtime_error("the service did not start: " + text.str());
    });
}

double Service::residentMib() {
    std::ifstream status("/proc/" + std::to_string(running_->id()) + "/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmRSS:")) return std::stod(line.substr(6)) / 1024;
    throw std::runtime_error("the kernel does not tell the memory of the service");
}

int Service::stays() const {
    Poco::Data::SQLite::Connector::registerConnector();
    Poco::Data::Session session(Poco::Data::SQLite::Connector::KEY, folder_.file("bench.db"));
    int count = 0;
    session << "SELECT COUNT(*) FROM ward_row", Poco::Data::Keywords::into(count),
        Poco::Data::Keywords::now;
    return count;
}

Wire::Headers Service::open(const std::string& link) {
    Wire wire(port_);
    const auto made = wire.send("POST", "/development/links", link);
    const auto opened = wire.send("GET", test::at(made.body, "/url"));
    const auto mark = opened.location.find("#c=");
    if (mark == std::string::npos) throw std::runtime_error("no page: " + made.body);
    return {{"Cookie", opened.cookie}, {"X-WhatMatters-Context", opened.location.substr(mark + 3)}};
}

double secondsOf(const std::function<void()>& work) {
    const auto start = Clock::now();
    work();
    return std::chrono::duration<double>(Clock::now() - start).count();
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values.at(values.size() / 2);
}

std::pair<double, double> medians(const std::string& what, const char* unit, int rounds,
                                  const std::function<double()>& ours,
                                  const std::function<double()>& beside) {
    std::vector<double> left;
    std::vector<double> right;
    for (int round = 0; round < rounds; ++round) {
        left.push_back(ours());
        right.push_back(beside());
    }
    const std::pair both{median(left), median(right)};
    std::printf("%s, medians of %d: ours %.2f %s, beside %.2f %s\n", what.c_str(), rounds,
                both.first, unit, both.second, unit);
    return both;
}

void result(const std::string& name, double value, bool atLeast, double aim) {
    const bool isOk = atLeast ? value >= aim : value <= aim;
    std::printf("bench %s %.2f aim %s%g %s\n", name.c_str(), value, atLeast ? ">=" : "<=", aim,
                isOk ? "ok" : "short");
    std::fflush(stdout);
}

int measured(int count, char** words, const std::function<void(const std::string&)>& work) {
    if (count != 2) {
        std::fprintf(stderr, "usage: %s WHATMATTERS\n", words[0]);
        return 2;
    }
    try {
        work(words[1]);
        return 0;
    } catch (const Poco::Exception& error) {
        std::fprintf(stderr, "%s: %s\n", words[0], error.displayText().c_str());
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s: %s\n", words[0], error.what());
    }
    return 1;
}

}  // namespace bench
