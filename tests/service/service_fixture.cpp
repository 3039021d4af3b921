#include "tests/service/service_fixture.h"

#include <Poco/Net/StreamSocket.h>
#include <stdlib.h>

#include <array>

#include "fhir/base/log.h"
#include "tests/support/postgresql.h"

namespace test {

ServiceFixture::ServiceFixture(const Options& options)
    : ehr(options.patients),
      text_(siteText(ehr.base(), options.connection, options.ehrSecondsMax)),
      transport_(fhir::http::makeTransport()) {
    text_ = changed(std::move(text_), "http://127.0.0.1:8080", options.publicUrl);
    if (!options.development) {
        ::setenv("WHATMATTERS_TEST_PASSWORD", "made up", 1);
        text_ = changed(std::move(text_), "\"development\": true", "\"development\": false");
        text_ = changed(
            std::move(text_), R"({"method": "none"})",
            R"({"method": "basic", "username": "u", "password": "env:WHATMATTERS_TEST_PASSWORD"})");
    }
    if (options.postgresql) {
        const auto schema = PostgreSql::shared().makeSchema();
        folder_.write("key", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
        text_ = changed(std::move(text_), R"("engine": "sqlite", "path": "test.db")",
                        R"("engine": "postgresql", "keys": [{"id": "test", "key": "file:key"}],)"
                        R"("postgresql": {"host": ")" +
                            schema.host + R"(", "database": ")" + schema.database +
                            R"(", "user": ")" + schema.user + R"(", "tls": "disable"})");
    }
    if (options.prepare) options.prepare(ehr, text_);
    fhir::log::redirect([this](const std::string& line) {
        const std::scoped_lock lock(mutex_);
        log_ += line + "\n";
    });
    start();
}

ServiceFixture::~ServiceFixture() {
    service_.reset();
    if (store_.engine == plugin::store::Options::Engine::PostgreSql)
        PostgreSql::shared().dropSchema(store_.postgresql);
    fhir::log::redirect(nullptr);
}

void ServiceFixture::start() {
    auto result = plugin::readSettings(text_, folder_.path());
    if (!result.faults.empty()) throw std::runtime_error(result.faults.front().text);
    store_ = result.settings.store;
    service_ = std::make_unique<plugin::service::Service>(std::move(result.settings), false);
}

void ServiceFixture::restart() {
    service_.reset();
    start();
}

Response ServiceFixture::get(const std::string& target, const fhir::Headers& headers) {
    return transport_->send(
        {"GET", fhir::Url::parse(service_->address()).resolve(target), headers, {}},
        fhir::deadlineIn(std::chrono::seconds(30)));
}

Response ServiceFixture::operations(const std::string& target) {
    return transport_->send(
        {"GET", fhir::Url::parse(service_->operationsAddress()).resolve(target), {}, {}},
        fhir::deadlineIn(std::chrono::seconds(30)));
}

Response ServiceFixture::send(const std::string& method, const std::string& target,
                              const fhir::Headers& headers) {
    return transport_->send(
        {method, fhir::Url::parse(service_->address()).resolve(target), headers, {}},
        fhir::deadlineIn(std::chrono::seconds(30)));
}

Response ServiceFixture::post(const std::string& target, const std::string& body,
                              const fhir::Headers& headers) {
    auto all = headers;
    all.set("Content-Type", "application/json");
    return transport_->send(
        {"POST", fhir::Url::parse(service_->address()).resolve(target), all, body},
        fhir::deadlineIn(std::chrono::seconds(30)));
}

std::string ServiceFixture::raw(const std::string& bytes, bool half) {
    Poco::Net::StreamSocket socket(Poco::Net::SocketAddress("127.0.0.1", service_->port()));
    socket.setReceiveTimeout(Poco::Timespan(20, 0));
    socket.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
    if (half) socket.shutdownSend();
    std::string result;
    std::array<char, 4096> buffer{};
    for (;;) {
        const int count = socket.receiveBytes(buffer.data(), static_cast<int>(buffer.size()));
        if (count <= 0) return result;
        result.append(buffer.data(), static_cast<std::size_t>(count));
    }
}

std::string ServiceFixture::link(const std::string& patient) {
    const auto body = patient.empty() ? std::string(R"({"view":"ward","unit":"ward-7"})")
                                      : R"({"view":"patient","patient":")" + patient + "\"}";
    return at(post("/development/links", body).body, "/url");
}

Page ServiceFixture::open(const std::string& patient) {
    const auto opened = get(link(patient));
    const auto cookie = opened.headers.find("Set-Cookie").value_or("");
    const auto location = opened.headers.find("Location").value_or("");
    const auto mark = location.find("#c=");
    if (mark == std::string::npos) throw std::runtime_error("the link opened no page");
    return {cookie.substr(0, cookie.find(';')), location.substr(mark + 3)};
}

std::string ServiceFixture::log() const {
    const std::scoped_lock lock(mutex_);
    return log_;
}

bool eventually(const std::function<bool()>& isTrue) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!isTrue()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return true;
}

}  // namespace test
