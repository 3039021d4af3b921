#include "adapters/simulator/fhir_server.h"

#include "adapters/simulator/metadata.h"
#include "adapters/simulator/respond.h"
#include "adapters/simulator/rewrite.h"
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
constexpr std::size_t kIdempotencyKeysMax = 100'000;
constexpr std::string_view kSubscription = "Subscription";
constexpr const char* kFhirJson = "application/fhir+json;charset=utf-8";

std::string addressOf(const fhir::Url& base) {
    auto text = base.origin() + base.path;
    while (text.ends_with('/')) text.pop_back();
    return text;
}

[[noreturn]] void refuseWith(int status, const std::string& why) {
    throw Error(ErrorKind::Refused, why).withStatus(status);
}

[[noreturn]] void notFound(const std::string& what) {
    throw Error(ErrorKind::NotFound, what);
}

/// Nothing at this address, as opposed to no resource with this id.
struct Nowhere {};

bool isLenient(const Request& request) {
    return request.headers.find("Prefer").value_or("").find("handling=lenient") !=
           std::string::npos;
}

/// `W/"3"` names version 3.
bool names(const std::string& ifMatch, const Stored& stored) {
    return ifMatch == "W/\"" + stored.version + "\"" || ifMatch == "\"" + stored.version + "\"";
}

}  // namespace

FhirServer::FhirServer(const Options& options)
    : behaviour_(simulator::behaviour(options.vendor)),
      catalogue_(behaviour_),
      base_(addressOf(options.base)),
      basePath_(options.base.path),
      clock_(options.clock),
      hurry_(options.hurry),
      started_(clock_.now()),
      store_(base_, behaviour_.meta),
      pages_(base_, behaviour_),
      exports_(base_, behaviour_, catalogue_, options.hurry),
      hooks_(behaviour_.notifications, base_, options.hooks,
             [this](const std::string& id) { activate(id); }) {
    ward_ = fillWard(store_, behaviour_, catalogue_, options.patients, options.seed, started_);
}

Response FhirServer::refusal(const Error& error, const std::string& method) const {
    auto response = behaviour_.refusal ? behaviour_.refusal(error, method) : outcome(error);
    if (const auto wait = error.retryAfter(); wait && behaviour_.rate.retryAfter) {
        const auto seconds = std::chrono::ceil<std::chrono::seconds>(*wait);
        response.headers.set("Retry-After", std::to_string(seconds.count()));
        if (behaviour_.rate.milliseconds)
            response.headers.set("x-ms-retry-after-ms", std::to_string(wait->count()));
    }
    return response;
}

Response FhirServer::tooMany(std::chrono::seconds wait) const {
    return refusal(
        Error(ErrorKind::Unavailable, "too many requests").withStatus(429).withRetryAfter(wait),
        "GET");
}

Response FhirServer::answer(const Request& request) {
    Response response;
    try {
        response = route(request);
    } catch (const Error& error) {
        response = refusal(error, request.method);
    } catch (const Nowhere&) {
        response = behaviour_.nowhere
                       ? behaviour_.nowhere()
                       : refusal(Error(ErrorKind::NotFound, "there is nothing at this address"),
                                 request.method);
    }
    if (response.headers.find("Content-Type") == kFhirJson)
        response.headers.set("Content-Type", std::string(behaviour_.contentType));
    if (behaviour_.finish) behaviour_.finish(request, response);
    return response;
}

std::optional<Response> FhirServer::limited() {
    const auto& rate = behaviour_.rate;
    if (rate.requests == 0 || hurry_) return std::nullopt;
    const std::lock_guard lock(mutex_);
    const auto now = clock_.now();
    if (now - windowBegan_ >= rate.window) {
        windowBegan_ = rate.onTheClock ? std::chrono::floor<std::chrono::minutes>(now)
                                       : std::chrono::floor<fhir::Instant::duration>(now);
        inWindow_ = 0;
    }
    if (++inWindow_ <= rate.requests) return std::nullopt;
    return tooMany(std::chrono::ceil<std::chrono::seconds>(windowBegan_ + rate.window - now));
}

Response FhirServer::route(const Request& request) {
    const auto path = pathBelow(request.url.path, basePath_);
    if (!path) notFound("this address is not below the FHIR base");
    if (auto response = limited()) return *std::move(response);
    if (BulkExports::isAbout(*path)) {
        // Files are asked for as NDJSON.
    } else if (behaviour_.gate) {
        if (auto response = behaviour_.gate(request)) return *std::move(response);
    } else {
        requireJsonAccepted(request);
    }
    if (path->empty()) {
        if (auto refused = refusedMethod(request, {"GET", "HEAD"})) return *std::move(refused);
        const auto query = fhir::Query::parse(request.url.query);
        const std::lock_guard lock(mutex_);
        return bundle(pages_.next(query, store_, clock_.now()));
    }
    const auto& type = path->front();
    if (type == "metadata" && path->size() == 1) {
        if (!behaviour_.metadata) throw Nowhere{};
        if (auto refused = refusedMethod(request, {"GET", "HEAD"})) return *std::move(refused);
        return json(200, capabilityStatement(base_, started_, behaviour_, catalogue_));
    }
    if (BulkExports::isAbout(*path)) {
        if (behaviour_.bulk.levels.empty()) throw Nowhere{};
        const std::lock_guard lock(mutex_);
        return exports_.answer(*path, request, store_, clock_.now());
    }
    const auto* definition = catalogue_.find(type);
    if (definition == nullptr) throw Nowhere{};
    if (path->size() == 1) return atType(*definition, request);
    return atInstance(*definition, *path, request);
}

Response FhirServer::atType(const Definition& definition, const Request& request) {
    auto refused = definition.create ? refusedMethod(request, {"GET", "HEAD", "POST"})
                                     : refusedMethod(request, {"GET", "HEAD"});
    if (refused) return *std::move(refused);
    if (request.method == "POST") return create(definition, request);
    if (definition.rules != nullptr && !definition.rules->can("search-type")) throw Nowhere{};
    const auto query = fhir::Query::parse(request.url.query);
    if (behaviour_.paging.atType && query.find(behaviour_.paging.parameter)) {
        const std::lock_guard lock(mutex_);
        return bundle(pages_.next(query, store_, clock_.now()));
    }
    return search(definition, query, isLenient(request));
}

Response FhirServer::atInstance(const Definition& definition, const std::vector<std::string>& path,
                                const Request& request) {
    if (path.size() == 2 && path[1] == "_search") {
        if (auto refused = refusedMethod(request, {"POST"})) return *std::move(refused);
        requireContentType(request, {"application/x-www-form-urlencoded"});
        if (request.body.size() > kBodyBytesMax) refuseWith(413, "the body is larger than 1 MiB");
        return search(definition, fhir::Query::parse(request.body), isLenient(request));
    }
    const bool isVersion = path.size() == 4 && path[2] == "_history" && behaviour_.meta;
    if (path.size() != 2 && !isVersion) throw Nowhere{};
    std::vector<std::string_view> methods{"GET", "HEAD"};
    if (definition.update && !isVersion) methods.push_back("PUT");
    if (definition.remove && !isVersion) methods.push_back("DELETE");
    if (auto refused = refusedMethod(request, methods)) return *std::move(refused);
    if (request.method == "PUT") return update(definition, path[1], request);
    if (request.method == "DELETE") return remove(definition, path[1]);
    if (definition.rules != nullptr && !definition.rules->can("read")) throw Nowhere{};
    return read(definition, path);
}

Response FhirServer::search(const Definition& definition, const fhir::Query& query, bool lenient) {
    const auto search = Search::parse(definition, query, lenient, base_, behaviour_);
    const std::lock_guard lock(mutex_);
    return bundle(pages_.first(search, store_, clock_.now()));
}

Response FhirServer::read(const Definition& definition, const std::vector<std::string>& path) {
    const std::lock_guard lock(mutex_);
    const auto stored = store_.find(definition.type, path[1]);
    if (path.size() == 2 && store_.wasRemoved(definition.type, path[1]))
        throw Error(ErrorKind::NotFound, "the resource was deleted").withStatus(410);
    if (!stored && path.size() == 2)
        notFound("there is no " + std::string(definition.type) + " with that id");
    if (path.size() == 2) return resource(200, *stored, behaviour_);
    const auto version = store_.findVersion(definition.type, path[1], path[3]);
    if (!version) notFound("there is no such version");
    return resource(200, *version, behaviour_);
}

/// The body, found to be right by R4 and by the vendor's rules. The lock must be held.
fhir::json::Document FhirServer::check(const Definition& definition, const Request& request,
                                       const Stored* before) {
    auto document = fhir::json::Document::parse(request.body);
    validate(definition, document.root(), store_, base_, behaviour_.relaxedBody);
    if (definition.rules != nullptr && definition.rules->write != nullptr)
        definition.rules->write({document.root(), store_, base_, before});
    return document;
}

/// What a create answers where its condition, or its key, finds what was created before.
std::optional<Response> FhirServer::alreadyThere(const Definition& definition,
                                                 const Request& request) {
    const auto condition = request.headers.find("If-None-Exist");
    if (condition && behaviour_.conditionalCreate != ConditionalCreate::Ignored) {
        const auto query = fhir::Query::parse(*condition);
        const auto search = Search::parse(definition, query, false, base_, behaviour_);
        if (search.conditions.empty()) refuseWith(400, "If-None-Exist names no search parameter");
        const bool isIdentifierAlone =
            search.conditions.size() == 1 &&
            query.find("identifier").value_or("").find('|') != std::string::npos;
        if (behaviour_.conditionalCreate == ConditionalCreate::IdentifierAlone &&
            !isIdentifierAlone)
            refuseWith(400, "If-None-Exist may only be identifier=system|value");
        const auto matches = search.run(store_);
        if (matches.size() > 1)
            refuseWith(412, "If-None-Exist finds " + std::to_string(matches.size()) + " resources");
        if (matches.size() == 1) return written(200, *matches.front(), base_, request, behaviour_);
    }
    if (behaviour_.idempotencyHeader.empty()) return std::nullopt;
    const auto key = request.headers.find(behaviour_.idempotencyHeader);
    const auto before = key ? byIdempotencyKey_.find(*key) : byIdempotencyKey_.end();
    if (before == byIdempotencyKey_.end()) return std::nullopt;
    return written(409, *before->second, base_, request, behaviour_);
}

/// What the vendor makes of a new resource, as JSON. The lock must be held.
std::string FhirServer::keptOf(const Definition& definition, const fhir::json::Value& body) {
    if (definition.rules == nullptr || definition.rules->keep == nullptr) return body.toJson();
    auto kept = definition.rules->keep(body, clock_.now());
    if (!definition.rules->pagesApart) return kept;
    const auto document = fhir::json::Document::parse(std::move(kept));
    return rewritten(document.root(), [&](fhir::json::Writer& writer, std::string_view name,
                                          const fhir::json::Value& value) {
        if (name != "attachment" || !value.find("data")) return false;
        const auto url = addPage(value);
        writer.key(name);
        rewrite(writer, value,
                [&](fhir::json::Writer& inner, std::string_view member, const fhir::json::Value&) {
                    if (member != "data") return false;
                    inner.member("url", url);
                    return true;
                });
        return true;
    });
}

/// Makes a Binary of what an attachment holds; returns its address.
std::string FhirServer::addPage(const fhir::json::Value& attachment) {
    fhir::json::Writer writer;
    writer.beginObject().member("resourceType", "Binary");
    writer.member("contentType", attachment.findString("contentType"));
    writer.member("data", attachment.findString("data")).endObject();
    const auto page = fhir::json::Document::parse(writer.take());
    auto id = store_.nextId();
    if (behaviour_.id) id = behaviour_.id("Binary", id);
    return base_ + "/" +
           store_.add(*catalogue_.find("Binary"), id, page.root(), clock_.now())->reference();
}

Response FhirServer::create(const Definition& definition, const Request& request) {
    requireContentType(request, {"application/fhir+json", "application/json"});
    if (request.body.size() > kBodyBytesMax) refuseWith(413, "the body is larger than 1 MiB");
    // From the check to the write under one lock: two equal creates at once make one resource.
    const std::lock_guard lock(mutex_);
    const auto document = check(definition, request, nullptr);
    if (auto response = alreadyThere(definition, request)) return *std::move(response);
    auto id = store_.nextId();
    if (behaviour_.id) id = behaviour_.id(definition.type, id);
    const auto kept = fhir::json::Document::parse(keptOf(definition, document.root()));
    const bool isSubscription = definition.type == kSubscription;
    if (isSubscription) hooks_.subscribe(id, document.root(), request.headers);
    const auto stored = store_.add(definition, id, kept.root(), clock_.now());
    if (!isSubscription) hooks_.changed(*stored, "POST");
    writes_.created(stored->type, document.root(), stored->reference());
    if (!behaviour_.idempotencyHeader.empty())
        if (const auto key = request.headers.find(behaviour_.idempotencyHeader)) {
            if (byIdempotencyKey_.size() >= kIdempotencyKeysMax) byIdempotencyKey_.clear();
            byIdempotencyKey_[*key] = stored;
        }
    return written(201, *stored, base_, request, behaviour_);
}

/// Its handshake was answered.
void FhirServer::activate(const std::string& subscription) {
    const std::lock_guard lock(mutex_);
    const auto* definition = catalogue_.find(kSubscription);
    const auto stored = store_.find(kSubscription, subscription);
    if (definition == nullptr || !stored) return;
    const auto document = fhir::json::Document::parse(stored->text);
    const auto active = fhir::json::Document::parse(
        rewritten(document.root(),
                  [](fhir::json::Writer& writer, std::string_view name, const fhir::json::Value&) {
                      if (name != "status") return false;
                      writer.key(name).string("active");
                      return true;
                  }));
    store_.replace(*definition, *stored, active.root(), clock_.now());
}

Response FhirServer::update(const Definition& definition, const std::string& id,
                            const Request& request) {
    requireContentType(request, {"application/fhir+json", "application/json"});
    if (request.body.size() > kBodyBytesMax) refuseWith(413, "the body is larger than 1 MiB");
    const std::lock_guard lock(mutex_);
    const auto before = store_.find(definition.type, id);
    if (!before) notFound("there is no " + std::string(definition.type) + " with that id");
    const auto ifMatch = request.headers.find("If-Match");
    if (!ifMatch && behaviour_.requiresIfMatch) refuseWith(412, "If-Match is required");
    if (ifMatch && !names(*ifMatch, *before))
        refuseWith(behaviour_.requiresIfMatch ? 409 : 412,
                   "the resource has another version by now");
    const auto document = check(definition, request, before.get());
    if (document.root().findString("id") != id)
        throw Error(ErrorKind::InvalidInput, "the id is not that of the address",
                    std::string(definition.type) + ".id");
    const auto stored = store_.replace(definition, *before, document.root(), clock_.now());
    hooks_.changed(*stored, "PUT");
    writes_.updated(stored->type, document.root(), stored->reference());
    return written(200, *stored, base_, request, behaviour_);
}

/// https://hl7.org/fhir/R4/http.html#delete: what is not there, or no longer, is no error.
Response FhirServer::remove(const Definition& definition, const std::string& id) {
    const std::lock_guard lock(mutex_);
    if (const auto stored = store_.find(definition.type, id)) {
        writes_.removed(stored->type, fhir::json::Document::parse(stored->text).root());
        if (definition.type == kSubscription)
            hooks_.unsubscribe(id);
        else
            hooks_.changed(*stored, "DELETE");
        store_.remove(*stored);
    }
    return {204, {}, {}};
}

}  // namespace adapters::simulator
