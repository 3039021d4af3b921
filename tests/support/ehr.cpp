#include "tests/support/ehr.h"

#include <algorithm>

#include "tests/support/json_at.h"

namespace test {
namespace {

/// A request as it came over the wire, in its parts.
fhir::http::Request parse(const std::string& raw, const fhir::Url& base) {
    fhir::http::Request request;
    request.method = raw.substr(0, raw.find(' '));
    const auto from = request.method.size() + 1;
    request.url = base.resolve(raw.substr(from, raw.find(' ', from) - from));
    const auto end = raw.find("\r\n\r\n");
    for (auto at = raw.find("\r\n") + 2; at < end;) {
        const auto stop = std::min(raw.find("\r\n", at), end);
        const auto colon = raw.find(':', at);
        const auto value = raw.find_first_not_of(' ', colon + 1);
        request.headers.add(raw.substr(at, colon - at), raw.substr(value, stop - value));
        at = stop + 2;
    }
    request.body = raw.substr(end + 4);
    return request;
}

}  // namespace

Ehr::Ehr(int patients, adapters::simulator::AuthorizationOptions authorization) {
    // The simulator writes its own address into links, so the port comes first; nobody knows it
    // yet.
    server_ = std::make_unique<RawServer>(
        [this](Connection& connection, std::size_t) { serve(connection); });
    simulator_ = std::make_unique<adapters::simulator::Simulator>(
        adapters::simulator::Options{.base = fhir::Url::parse(base()),
                                     .patients = patients,
                                     .seed = 1,
                                     .clock = {},
                                     .authorization = std::move(authorization),
                                     .hooks = hooks_.get()});
}

void Ehr::serve(Connection& connection) {
    for (auto raw = connection.readRequest(); !raw.empty(); raw = connection.readRequest()) {
        const auto line = raw.substr(0, raw.find(" HTTP/"));
        Fault fault;
        Change change;
        bool isLost = false;
        {
            const std::scoped_lock lock(mutex_);
            lines_.push_back(line);
            heads_.push_back(raw.substr(0, raw.find("\r\n\r\n") + 4));
            fault = fault_;
            change = change_;
            isLost = !lost_.empty() && line.starts_with(lost_);
            if (isLost) lost_.clear();
        }
        if (fault && fault(connection, line)) return;
        auto response = simulator_->send(parse(raw, fhir::Url::parse(base())), {});
        if (change) change(line, response);
        if (isLost) return connection.reset();
        std::string headers;
        for (const auto& [name, value] : response.headers) headers += name + ": " + value + "\r\n";
        if (!connection.send(answer(response.status, response.body, headers))) return;
    }
}

void Ehr::fail(Fault fault) {
    const std::scoped_lock lock(mutex_);
    fault_ = std::move(fault);
}

void Ehr::change(Change change) {
    const std::scoped_lock lock(mutex_);
    change_ = std::move(change);
}

void Ehr::loseAnswerTo(std::string start) {
    const std::scoped_lock lock(mutex_);
    lost_ = std::move(start);
}

std::vector<std::string> Ehr::lines() const {
    const std::scoped_lock lock(mutex_);
    return lines_;
}

std::string Ehr::headerOf(const std::string& start, const std::string& name) const {
    const std::scoped_lock lock(mutex_);
    for (auto at = lines_.size(); at-- > 0;)
        if (lines_[at].starts_with(start))
            return parse(heads_[at], fhir::Url::parse(base())).headers.find(name).value_or("");
    return {};
}

std::size_t Ehr::count(const std::string& start) const {
    const auto all = lines();
    return static_cast<std::size_t>(std::count_if(
        all.begin(), all.end(), [&](const auto& line) { return line.starts_with(start); }));
}

std::string Ehr::get(const std::string& target) {
    return simulator_->send({"GET", fhir::Url::parse(base() + target), {}, {}}, {}).body;
}

fhir::http::Response Ehr::post(const std::string& target, const std::string& body) {
    const fhir::Headers headers{{"Content-Type", "application/fhir+json"}};
    return simulator_->send({"POST", fhir::Url::parse(base() + target), headers, body}, {});
}

std::size_t Ehr::total(const std::string& target) {
    return std::stoul(at(get(target), "/total"));
}

Ehr::Fault always(std::string bytes) {
    return [bytes = std::move(bytes)](Connection& connection, const std::string&) {
        connection.send(bytes);
        return true;
    };
}

Ehr::Fault answering(std::string start, int status, std::string body) {
    return [start = std::move(start), status, body = std::move(body)](Connection& connection,
                                                                      const std::string& line) {
        if (!line.starts_with(start)) return false;
        // What it says of the connection is true: a fault ends it.
        connection.send(answer(status, body, "Connection: close\r\n"));
        return true;
    };
}

Ehr::Fault silent(std::string start) {
    return [start = std::move(start)](Connection& connection, const std::string& line) {
        if (!line.starts_with(start)) return false;
        connection.waitUntilClosed();
        return true;
    };
}

}  // namespace test
