#include "adapters/simulator/simulator.h"

#include "adapters/simulator/fhir_server.h"
#include "fhir/base/error.h"

namespace adapters::simulator {
namespace {

using fhir::Error;
using fhir::ErrorKind;
using fhir::http::Request;
using fhir::http::Response;

constexpr int kPatientsMax = 5000;
constexpr std::string_view kWritesPath = "/simulator/writes";

const Options& checked(const Options& options) {
    if (options.patients < 1 || options.patients > kPatientsMax)
        throw Error(ErrorKind::InvalidInput, "the simulator can have from 1 to 5000 patients",
                    "/patients");
    return options;
}

std::vector<std::string_view> typesOf(const Behaviour& behaviour) {
    const Catalogue catalogue(behaviour);
    std::vector<std::string_view> types;
    for (const auto& definition : catalogue.all()) types.push_back(definition.type);
    return types;
}

}  // namespace

struct Simulator::State {
    explicit State(const Options& given)
        : options(checked(given)),
          faults(given.faults, given.seed),
          server(given),
          authorization(
              given.base, server.behaviour().tokens, typesOf(server.behaviour()),
              given.authorization,
              [this](const Request& request) { return server.answer(request); }, given.clock) {}

    Response answer(const Request& request);

    /// What a fault answers in the place of the server, nullopt where the request goes through.
    std::optional<Response> insteadOf(const Mishap& mishap, const std::string& method) const;

    Options options;
    Faults faults;
    FhirServer server;
    Authorization authorization;
};

Response Simulator::State::answer(const Request& request) {
    if (auto response = authorization.answer(request)) return *std::move(response);
    const auto refusal = authorization.refusal(request);
    if (!refusal) return server.answer(request);
    auto response = server.refusal(
        Error(ErrorKind::Unauthorized, refusal->why).withStatus(refusal->status), request.method);
    response.headers.set("WWW-Authenticate", refusal->header());
    return response;
}

std::optional<Response> Simulator::State::insteadOf(const Mishap& mishap,
                                                    const std::string& method) const {
    if (mishap.is(Fault::Kind::Html))
        return Response{200,
                        {{"Content-Type", "text/html; charset=utf-8"}},
                        "<!DOCTYPE html><html><body><h1>Sign in</h1></body></html>"};
    if (mishap.is(Fault::Kind::TokenExpired)) {
        auto response = server.refusal(
            Error(ErrorKind::Unauthorized, "the access token has expired").withStatus(401), method);
        response.headers.set("WWW-Authenticate", "Bearer error=\"invalid_token\"");
        return response;
    }
    if (!mishap.is(Fault::Kind::Status)) return std::nullopt;
    const int status = mishap.failure->status;
    auto error = Error(ErrorKind::Refused, "the simulator was told to fail").withStatus(status);
    if (status == 429 || status == 503) error.withRetryAfter(std::chrono::seconds(1));
    return server.refusal(error, method);
}

Simulator::Simulator(const Options& options) : state_(std::make_unique<State>(options)) {}

Simulator::~Simulator() = default;

Answer Simulator::answer(const Request& request) {
    if (request.url.path == kWritesPath)
        return {{200, {{"Content-Type", "application/json"}}, state_->server.writes().toJson()},
                {},
                {}};
    if (auto page = state_->authorization.page(request)) return {*std::move(page), {}, {}};
    const auto mishap = state_->faults.next();
    Answer answer;
    answer.delay = mishap.delay;
    if (mishap.is(Fault::Kind::Closed)) {
        answer.arrives = Answer::Arrives::Never;
        return answer;
    }
    if (auto instead = state_->insteadOf(mishap, request.method)) {
        answer.response = *std::move(instead);
        return answer;
    }
    answer.response = state_->answer(request);
    if (request.method == "HEAD" || mishap.is(Fault::Kind::Empty)) answer.response.body.clear();
    if (mishap.is(Fault::Kind::ReplyLost)) answer.arrives = Answer::Arrives::Never;
    if (mishap.is(Fault::Kind::Truncated)) answer.arrives = Answer::Arrives::Half;
    return answer;
}

Response Simulator::send(const Request& request, fhir::Deadline deadline) {
    auto result = answer(request);
    if (result.delay > std::chrono::milliseconds(0)) {
        const auto late = state_->options.clock.steady() + result.delay >= deadline;
        if (!late || deadline == fhir::Deadline{}) state_->options.wait(result.delay);
        if (late && deadline != fhir::Deadline{})
            throw Error(ErrorKind::Unavailable, "the answer did not come in time");
    }
    if (result.arrives != Answer::Arrives::Whole)
        throw Error(ErrorKind::Unavailable, "the connection closed before the whole answer came");
    return std::move(result.response);
}

std::vector<Write> Simulator::writes() const {
    return state_->server.writes().all();
}

std::size_t Simulator::tokensIssued() const {
    return state_->authorization.tokensIssued();
}

void Simulator::fail(std::vector<Fault> faults) {
    state_->faults.become(std::move(faults));
}

void Simulator::registerApp(App app) {
    const auto ward = state_->server.ward();
    app.units.try_emplace(ward.unitId, ward.location);
    app.patients = ward.patients;
    state_->authorization.registerApp(std::move(app));
}

WardSummary Simulator::ward() const {
    return state_->server.ward();
}

}  // namespace adapters::simulator
