#include "adapters/simulator/simulator.h"

#include <array>
#include <mutex>

#include "adapters/simulator/metadata.h"
#include "adapters/simulator/pages.h"
#include "adapters/simulator/respond.h"
#include "adapters/simulator/validation.h"
#include "adapters/simulator/ward.h"
#include "fhir/base/error.h"

namespace adapters::simulator {
namespace {

using fhir::Error;
using fhir::ErrorKind;
using fhir::http::Request;
using fhir::http::Response;

constexpr std::size_t kBodyBytesMax = 1024 * 1024;
constexpr int kPatientsMax = 5000;
constexpr std::string_view kWritesPath = "/simulator/writes";

std::string withoutLastSlash(const fhir::Url& base) {
    auto text = base.origin() + base.path;
    while (text.ends_with('/')) text.pop_back();
    return text;
}

/// What a fault answers in the place of the server, nullopt where the request goes through.
std::optional<Response> insteadOf(const Mishap& mishap) {
    if (mishap.is(Fault::Kind::Html))
        return Response{200,
                        {{"Content-Type", "text/html; charset=utf-8"}},
                        "<!DOCTYPE html><html><body><h1>Sign in</h1></body></html>"};
    if (mishap.is(Fault::Kind::TokenExpired))
        return Response{401, {{"WWW-Authenticate", "Bearer error=\"invalid_token\""}}, {}};
    if (!mishap.is(Fault::Kind::Status)) return std::nullopt;
    const int status = mishap.failure->status;
    auto response =
        outcome(Error(ErrorKind::Refused, "the simulator was told to fail").withStatus(status));
    if (status == 429 || status == 503) response.headers.set("Retry-After", "1");
    return response;
}

[[noreturn]] void refuse(int status, const std::string& why) {
    throw Error(ErrorKind::Refused, why).withStatus(status);
}

[[noreturn]] void notFound(const std::string& what) {
    throw Error(ErrorKind::NotFound, what);
}

bool isLenient(const Request& request) {
    return request.headers.find("Prefer").value_or("").find("handling=lenient") !=
           std::string::npos;
}

const Definition& definitionOf(const std::string& type) {
    const auto* definition = findDefinition(type);
    if (definition == nullptr) notFound("this server has no resource type of that name");
    return *definition;
}

}  // namespace

struct Simulator::State {
    explicit State(Options given)
        : options(std::move(given)),
          base(withoutLastSlash(options.base)),
          started(options.clock.now()),
          faults(options.faults, options.seed),
          store(base),
          pages(base) {}

    Response answer(const Request& request);

    Options options;
    std::string base;
    fhir::Instant started;
    WardSummary ward;
    Writes writes;
    Faults faults;

private:
    Response searchType(const Definition& definition, const fhir::Query& query, bool lenient);
    Response create(const Definition& definition, const Request& request);
    Response read(const Definition& definition, const std::vector<std::string>& path);
    Response atType(const Definition& definition, const Request& request);

    std::mutex mutex;  // guards what follows; all work in it is short and in memory
    Store store;
    Pages pages;
    friend class Simulator;
};

Response Simulator::State::answer(const Request& request) {
    const auto path = pathBelow(request.url.path, options.base.path);
    if (!path) notFound("this address is not below the FHIR base");
    requireJsonAccepted(request);
    if (path->empty()) {
        if (auto refused = refusedMethod(request, {"GET", "HEAD"})) return *std::move(refused);
        const auto query = fhir::Query::parse(request.url.query);
        const std::lock_guard lock(mutex);
        return bundle(pages.next(query, store, options.clock.now()));
    }
    const auto& type = path->front();
    if (type == "metadata" && path->size() == 1) {
        if (auto refused = refusedMethod(request, {"GET", "HEAD"})) return *std::move(refused);
        return json(200, capabilityStatement(base, started));
    }
    const auto& definition = definitionOf(type);
    if (path->size() == 1) return atType(definition, request);
    if (path->size() == 2 && (*path)[1] == "_search") {
        if (auto refused = refusedMethod(request, {"POST"})) return *std::move(refused);
        requireContentType(request, {"application/x-www-form-urlencoded"});
        if (request.body.size() > kBodyBytesMax) refuse(413, "the body is larger than 1 MiB");
        return searchType(definition, fhir::Query::parse(request.body), isLenient(request));
    }
    const bool isVersion = path->size() == 4 && (*path)[2] == "_history";
    if (path->size() != 2 && !isVersion) notFound("there is nothing at this address");
    if (auto refused = refusedMethod(request, {"GET", "HEAD"})) return *std::move(refused);
    return read(definition, *path);
}

Response Simulator::State::atType(const Definition& definition, const Request& request) {
    auto refused = definition.create ? refusedMethod(request, {"GET", "HEAD", "POST"})
                                     : refusedMethod(request, {"GET", "HEAD"});
    if (refused) return *std::move(refused);
    if (request.method == "POST") return create(definition, request);
    return searchType(definition, fhir::Query::parse(request.url.query), isLenient(request));
}

Response Simulator::State::searchType(const Definition& definition, const fhir::Query& query,
                                      bool lenient) {
    const auto search = Search::parse(definition, query, lenient, base);
    const std::lock_guard lock(mutex);
    return bundle(pages.first(search, store, options.clock.now()));
}

Response Simulator::State::read(const Definition& definition,
                                const std::vector<std::string>& path) {
    const std::lock_guard lock(mutex);
    const auto stored = store.find(definition.type, path[1]);
    if (!stored) notFound("there is no " + std::string(definition.type) + " with that id");
    if (path.size() == 4 && path[3] != stored->version) notFound("there is no such version");
    return resource(200, *stored);
}

Response Simulator::State::create(const Definition& definition, const Request& request) {
    requireContentType(request, {"application/fhir+json", "application/json"});
    if (request.body.size() > kBodyBytesMax) refuse(413, "the body is larger than 1 MiB");
    const auto document = fhir::json::Document::parse(request.body);
    const auto condition = request.headers.find("If-None-Exist");
    // From the check to the write under one lock: two equal creates at once make one resource.
    const std::lock_guard lock(mutex);
    validate(definition, document.root(), store, base);
    if (condition) {
        const auto search = Search::parse(definition, fhir::Query::parse(*condition), false, base);
        if (search.conditions.empty()) refuse(400, "If-None-Exist names no search parameter");
        const auto matches = search.run(store);
        if (matches.size() > 1)
            refuse(412, "If-None-Exist finds " + std::to_string(matches.size()) + " resources");
        if (matches.size() == 1) return created(200, *matches.front(), base, request);
    }
    const auto stored = store.add(definition, store.nextId(), document.root(), options.clock.now());
    writes.created(stored->type, document.root(), stored->reference());
    return created(201, *stored, base, request);
}

Simulator::Simulator(Options options) {
    if (options.patients < 1 || options.patients > kPatientsMax)
        throw Error(ErrorKind::InvalidInput, "the simulator can have from 1 to 5000 patients",
                    "/patients");
    state_ = std::make_unique<State>(std::move(options));
    state_->ward =
        fillWard(state_->store, state_->options.patients, state_->options.seed, state_->started);
}

Simulator::~Simulator() = default;

Answer Simulator::answer(const Request& request) {
    if (request.url.path == kWritesPath)
        return {{200, {{"Content-Type", "application/json"}}, state_->writes.toJson()}, {}, {}};
    const auto mishap = state_->faults.next();
    Answer answer;
    answer.delay = mishap.delay;
    if (mishap.is(Fault::Kind::Closed)) {
        answer.arrives = Answer::Arrives::Never;
        return answer;
    }
    if (auto instead = insteadOf(mishap)) {
        answer.response = *std::move(instead);
        return answer;
    }
    try {
        answer.response = state_->answer(request);
    } catch (const Error& error) {
        answer.response = outcome(error);
    }
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
    return state_->writes.all();
}

WardSummary Simulator::ward() const {
    return state_->ward;
}

}  // namespace adapters::simulator
