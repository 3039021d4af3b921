#include "plugin/cli/simulated_ehr.h"

#include <future>
#include <limits>
#include <thread>

#include "adapters/simulator/behaviour.h"
#include "fhir/base/error.h"
#include "fhir/base/file.h"
#include "fhir/base/json.h"
#include "plugin/http_server/server.h"
#include "plugin/settings/settings.h"

namespace plugin::cli {
namespace {

using adapters::simulator::Simulator;

constexpr std::size_t kRegistrationsBytesMax = 1024 * 1024;

http_server::Response::Sent sentOf(adapters::simulator::Answer::Arrives arrives) {
    using Arrives = adapters::simulator::Answer::Arrives;
    switch (arrives) {
        case Arrives::Whole:
            return http_server::Response::Sent::Whole;
        case Arrives::Half:
            return http_server::Response::Sent::Half;
        case Arrives::Never:
            return http_server::Response::Sent::Nothing;
    }
    return http_server::Response::Sent::Whole;
}

http_server::Response answer(Simulator& simulator, const fhir::Url& base,
                             const http_server::Request& request) {
    fhir::http::Request forwarded;
    forwarded.method = request.method;
    forwarded.url = base;
    forwarded.url.path = request.path;
    forwarded.url.query = request.query;
    forwarded.headers = request.headers;
    forwarded.body = request.body;
    auto [response, arrives, delay] = simulator.answer(forwarded);
    if (delay.count() > 0) std::this_thread::sleep_for(delay);
    return {response.status, std::move(response.headers), std::move(response.body), "(simulator)",
            sentOf(arrives)};
}

}  // namespace

SimulatedEhrOptions simulatedEhrOptions(const Arguments& arguments, const char* portOption,
                                        long portOtherwise) {
    SimulatedEhrOptions options;
    options.hurry = arguments.has("hurry");
    options.vendor = arguments.get("vendor", options.vendor);
    adapters::simulator::behaviour(options.vendor);  // a wrong name ends here
    options.port =
        static_cast<std::uint16_t>(arguments.number(portOption, portOtherwise, 0, 65535));
    options.patients = static_cast<int>(arguments.number("patients", 24, 1, 5000));
    options.seed = static_cast<std::uint64_t>(
        arguments.number("seed", 1, 0, std::numeric_limits<long>::max()));
    for (const auto& spec : arguments.all("fault"))
        options.faults.push_back(adapters::simulator::Fault::parse(spec));
    if (const auto file = arguments.find("authorization")) {
        const auto document = fhir::json::Document::parse(
            fhir::readTextFile(*file, kRegistrationsBytesMax), {.comments = true});
        options.authorization =
            adapters::simulator::AuthorizationOptions::fromJson(document.root());
    }
    return options;
}

struct SimulatedEhr::State {
    void listen(std::uint16_t port);

    std::promise<Simulator*> made;
    std::shared_future<Simulator*> simulator{made.get_future()};
    std::string base, vendor;
    std::unique_ptr<fhir::http::Transport> transport = fhir::http::makeTransport();
    std::unique_ptr<Simulator> owned;
    std::unique_ptr<http_server::Server> server;
};

void SimulatedEhr::State::listen(std::uint16_t port) {
    http_server::ServerOptions options;
    options.port = port;
    server =
        std::make_unique<http_server::Server>(options, [this](const http_server::Request& request) {
            auto& ehr = *simulator.get();
            return answer(ehr, fhir::Url::parse(base), request);
        });
}

SimulatedEhr::SimulatedEhr(const SimulatedEhrOptions& options) : state_(std::make_unique<State>()) {
    state_->vendor = options.vendor;
    // The simulator writes its own address into links, so the port must be known before it is
    // made; a request that comes in between waits.
    state_->listen(options.port);
    state_->base = "http://127.0.0.1:" + std::to_string(state_->server->port()) + "/fhir";
    auto authorization = options.authorization;
    authorization.transport = state_->transport.get();
    state_->owned = std::make_unique<Simulator>(
        adapters::simulator::Options{.base = fhir::Url::parse(state_->base),
                                     .patients = options.patients,
                                     .seed = options.seed,
                                     .clock = {},
                                     .faults = options.faults,
                                     .vendor = options.vendor,
                                     .authorization = std::move(authorization),
                                     .hooks = state_->transport.get(),
                                     .hurry = options.hurry});
    state_->made.set_value(state_->owned.get());
}

SimulatedEhr::~SimulatedEhr() {
    state_->server.reset();
}

const std::string& SimulatedEhr::base() const {
    return state_->base;
}

void SimulatedEhr::opens(const fhir::Url& service) {
    const auto at = [&](const char* path) { return service.resolve(path); };
    state_->owned->registerApp({kAppClientId, at("/launch"), at("/callback")});
}

adapters::simulator::WardSummary SimulatedEhr::ward() const {
    return state_->owned->ward();
}

const std::string& SimulatedEhr::vendor() const {
    return state_->vendor;
}

std::size_t SimulatedEhr::tokensIssued() const {
    return state_->owned->tokensIssued();
}

std::size_t SimulatedEhr::writes() const {
    std::size_t created = 0;
    for (const auto& write : state_->owned->writes()) created += write.created;
    return created;
}

std::size_t SimulatedEhr::removals() const {
    std::size_t removed = 0;
    for (const auto& write : state_->owned->writes()) removed += write.removed;
    return removed;
}

void SimulatedEhr::leave() {
    state_->server.reset();
}

void SimulatedEhr::comeBack() {
    if (!state_->server) state_->listen(fhir::Url::parse(state_->base).port);
}

Simulator& SimulatedEhr::simulator() {
    return *state_->owned;
}

}  // namespace plugin::cli
