#pragma once

#include <deque>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "fhir/base/error.h"
#include "fhir/http/transport.h"

namespace test {

inline fhir::http::Response reply(int status, std::string body = {}, fhir::Headers headers = {}) {
    return {status, std::move(headers), std::move(body)};
}

/// A server as a list of answers, given in their order; keeps what it was asked. A request beyond
/// the last answer is an Error{Internal}, which no test expects.
class FakeTransport final : public fhir::http::Transport {
public:
    FakeTransport& then(fhir::http::Response response) {
        script_.emplace_back(std::move(response));
        return *this;
    }
    FakeTransport& then(fhir::Error error) {
        script_.emplace_back(std::move(error));
        return *this;
    }

    fhir::http::Response send(const fhir::http::Request& request,
                              fhir::Deadline deadline) override {
        requests.push_back(request);
        deadlines.push_back(deadline);
        if (script_.empty())
            throw fhir::Error(fhir::ErrorKind::Internal, "a request that the test did not expect");
        auto answer = std::move(script_.front());
        script_.pop_front();
        if (auto* error = std::get_if<fhir::Error>(&answer)) throw *error;
        return std::get<fhir::http::Response>(std::move(answer));
    }

    bool isDone() const noexcept { return script_.empty(); }

    std::vector<fhir::http::Request> requests;
    std::vector<fhir::Deadline> deadlines;

private:
    std::deque<std::variant<fhir::http::Response, fhir::Error>> script_;
};

}  // namespace test
