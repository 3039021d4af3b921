#include "plugin/service/service.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <string_view>
#include <thread>

#include "fhir/base/log.h"
#include "plugin/api/api.h"
#include "plugin/api/live.h"
#include "plugin/audit/trail.h"
#include "plugin/cds/cds_table.h"
#include "plugin/cds/service.h"
#include "plugin/connections/authorization_servers.h"
#include "plugin/connections/connections.h"
#include "plugin/fhir_api/endpoint.h"
#include "plugin/http_server/server.h"
#include "plugin/keys/published_keys.h"
#include "plugin/launch/development.h"
#include "plugin/launch/launch.h"
#include "plugin/outbox/audit_sender.h"
#include "plugin/outbox/delivery.h"
#include "plugin/outbox/sender.h"
#include "plugin/service/maintenance.h"
#include "plugin/service/metrics.h"
#include "plugin/sessions/grants.h"
#include "plugin/sessions/sessions.h"
#include "plugin/store/tables/outbox_table.h"
#include "plugin/store/tables/statement_table.h"
#include "plugin/subscriptions/endpoint.h"
#include "plugin/subscriptions/receiver.h"
#include "plugin/sync/sync.h"

namespace plugin::service {
namespace {

/// Entries of one patient and aspect go one after the other; those of others need not wait.
constexpr int kSendersPerConnection = 4;

std::vector<sync::Unit> unitsOf(const Connections& connections) {
    std::vector<sync::Unit> units;
    for (const auto& [id, connection] : connections)
        for (const auto& unit : connection.settings.units)
            units.push_back({id, unit.id, unit.worklist, connection.settings.syncInterval,
                             connection.settings.unitsAtOnce, connection.backgroundAdapter.get(),
                             connection.companionReader()});
    return units;
}

void addHealth(http_server::Router& router, store::Database& database) {
    router.add("GET", "/health/live", [](const http_server::Request&) {
        return http_server::Response::json(200, R"({"status":"live"})");
    });
    // Ready means that a statement could be written down now, not that an EHR answers: words are
    // taken and kept while the EHR is away.
    router.add("GET", "/health/ready", [&database](const http_server::Request&) {
        const auto [waiting, failed] = store::OutboxTable(database).counts();
        return http_server::Response::json(
            200, R"({"status":"ready","outboxWaiting":)" + std::to_string(waiting) +
                     R"(,"outboxFailed":)" + std::to_string(failed) + "}");
    });
}

void countTry(service::Metrics& metrics, const outbox::SendReport& report) {
    metrics.count("whatmatters_outbox_tries_total", "Tries to write into an EHR, by their end.",
                  {{"connection", report.connection},
                   {"end", store::toString(report.state)},
                   {"route", report.route}});
}

void countNotification(service::Metrics& metrics, const std::string& connection,
                       const std::string& result) {
    metrics.count("whatmatters_subscription_notifications_total",
                  "Notifications of an EHR, by what became of them.",
                  {{"connection", connection}, {"result", result}});
}

/// Whether an EHR is still asked, or left alone until it answers again.
void addBreaker(service::Metrics& metrics, const std::string& id,
                const fhir::CircuitBreaker& breaker) {
    using State = fhir::CircuitBreaker::State;
    const auto now = breaker.state();
    for (const auto state : {State::Closed, State::Open, State::HalfOpen})
        metrics.set("whatmatters_connection_breaker",
                    "1 for the state of the circuit breaker before an EHR.",
                    {{"connection", id}, {"state", fhir::toString(state)}}, state == now ? 1 : 0);
    metrics.set("whatmatters_connection_breaker_openings",
                "How often it has opened since the service started.", {{"connection", id}},
                static_cast<double>(breaker.openings()));
}

/// How often cards were shown, and what became of them; none of it by person.
void addCards(service::Metrics& metrics, store::Database& database) {
    for (const auto& one : cds::CdsTable(database).counts(fhir::Instant{}))
        metrics.set("whatmatters_cds_cards",
                    "Cards that are remembered, by what became of them and why.",
                    {{"connection", one.connection},
                     {"service", one.service},
                     {"kind", one.kind},
                     {"outcome", one.outcome},
                     {"reason", one.reason}},
                    static_cast<double>(one.cards));
}

/// Whether what is read gets on record.
void addTrail(service::Metrics& metrics, store::Database& database, const audit::Trail& trail,
              const std::string& repository) {
    const auto counts = trail.counts();
    metrics.set("whatmatters_audit_waiting", "Reads that are not on record yet.", {},
                static_cast<double>(counts.waiting));
    metrics.set("whatmatters_audit_written",
                "Reads that were put on record since the service started.", {},
                static_cast<double>(counts.written));
    metrics.set("whatmatters_audit_lost",
                "Reads that could not be put on record since the service started: must be 0.", {},
                static_cast<double>(counts.lost));
    if (!repository.empty())
        metrics.set("whatmatters_audit_export_waiting",
                    "Events that the repository of the audit trail does not have yet.", {},
                    static_cast<double>(audit::AuditExportTable(database).behind(repository)));
}

/// How much waits, and for how long, is looked up when somebody asks.
void addMetrics(http_server::Router& router, store::Database& database, service::Metrics& metrics,
                const Connections& connections, api::LivePages& live, const audit::Trail& trail,
                const std::string& repository) {
    router.add("GET", "/metrics", [&](const http_server::Request&) {
        const auto now = std::chrono::system_clock::now();
        const auto set = [&](const std::string& connection, store::OutboxState state, int entries,
                             std::chrono::duration<double> age) {
            const service::Metrics::Labels labels{{"connection", connection},
                                                  {"state", store::toString(state)}};
            metrics.set("whatmatters_outbox_entries", "Entries that wait, or failed.", labels,
                        entries);
            metrics.set("whatmatters_outbox_oldest_seconds", "Age of the oldest of them.", labels,
                        age.count());
        };
        for (const auto& [id, connection] : connections) {
            addBreaker(metrics, id, *connection.breaker);
            for (const auto state : {store::OutboxState::Waiting, store::OutboxState::Failed})
                set(id, state, 0, {});
        }
        for (const auto& pile : store::OutboxTable(database).backlog())
            set(pile.connection, pile.state, pile.entries, now - pile.oldest);
        addCards(metrics, database);
        addTrail(metrics, database, trail, repository);
        metrics.set("whatmatters_live_pages", "Open pages that are told of changes.", {},
                    static_cast<double>(live.count()));
        http_server::Response response;
        response.status = 200;
        response.headers.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
        response.body = metrics.text();
        return response;
    });
}

/// Our public keys, for everybody (SMART, client-confidential-asymmetric).
void addPublishedKeys(http_server::Router& router, PublishedKeys& keys) {
    router.add("GET", "/.well-known/jwks.json", [&keys](const http_server::Request&) {
        auto response = http_server::Response::json(200, keys.json());
        response.headers.set("Cache-Control",
                             "max-age=" + std::to_string(PublishedKeys::kMaxAge.count()));
        return response;
    });
}

/// What a card must not wait behind has threads of its own.
http_server::Lane laneOf(const http_server::Request& request) {
    constexpr std::array<std::string_view, 4> kPrompt{"/cds-services", "/.well-known/", "/health/",
                                                      "/metrics"};
    const bool isPrompt = std::any_of(kPrompt.begin(), kPrompt.end(), [&](const auto& prefix) {
        return request.path.starts_with(prefix);
    });
    return isPrompt ? http_server::Lane::Cards : http_server::Lane::Pages;
}

/// Of every answer that does not say otherwise, as a page does (OWASP ASVS 5.0, section 3.4).
fhir::Headers defaultHeaders(bool isHttps) {
    fhir::Headers headers{
        {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
        {"Referrer-Policy", "no-referrer"},
        {"Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"},
        {"Cross-Origin-Resource-Policy", "same-origin"}};
    if (isHttps) headers.add("Strict-Transport-Security", "max-age=31536000");
    return headers;
}

}  // namespace

struct Service::State {
    State(Settings given, bool startPage)
        : settings(std::move(given)),
          opened(openDatabase(settings.store)),
          connections(settings.connections),
          authorizationServers(connections),
          grants(database, authorizationServers),
          trail(database, audit::Place::of(settings)),
          live(settings.live),
          sync(database, unitsOf(connections), syncOptions()),
          receiver(database, sync),
          sender(makeSender()),
          auditSender(makeAuditSender()),
          server(serverOptions(),
                 [this](http_server::Request request) { return answer(std::move(request)); }) {
        // An https address is that of a proxy, which has a port of its own.
        if (settings.publicUrl.isLoopback() && settings.publicUrl.scheme == "http" &&
            settings.development)
            settings.publicUrl.port = server.port();
        sessions = std::make_unique<plugin::sessions::Sessions>(
            database, settings.publicUrl.scheme == "https",
            plugin::sessions::Sessions::Limits{.sessions = settings.sessions}, fhir::Clock());
        addRoutes(startPage);
        if (settings.store.keys.empty())
            (settings.development ? fhir::log::info : fhir::log::warning)(
                "store-key-beside-database",
                {{"advice",
                  "set /store/keys: whoever copies the folder of the database reads all "
                  "of it"}});
        ready = true;
        syncThread = std::jthread([this](const std::stop_token& stop) { sync.run(stop); });
        maintenanceThread = std::jthread([this](const std::stop_token& stop) {
            runMaintenance(database, settings.store.retention, stop);
        });
        receiverThread = std::jthread([this](const std::stop_token& stop) { receiver.run(stop); });
        if (auditSender)
            auditThread =
                std::jthread([this](const std::stop_token& stop) { auditSender->run(stop); });
        // One for all, which also finds entries of a connection that is no longer configured.
        senderThreads.emplace_back([this](const std::stop_token& stop) { sender->run(stop); });
        for (const auto& [id, connection] : connections)
            for (int i = 0; i < kSendersPerConnection; ++i)
                senderThreads.emplace_back(
                    [this, id = id](const std::stop_token& stop) { sender->run(stop, id); });
        database.listen([this](const store::Change& change) {
            live.tell(change);
            sync.heard(change);
        });
    }

    http_server::ServerOptions serverOptions() const {
        http_server::ServerOptions options;
        const auto& http = settings.http;
        options.host = settings.listenHost;
        options.port = settings.listenPort;
        options.patience.head = http.headPatience;
        options.patience.body = http.bodyPatience;
        options.connectionsMax = http.connectionsMax;
        options.connectionsPerAddressMax = http.connectionsPerAddressMax;
        options.trustedProxies = http.trustedProxies;
        options.names = http.names;
        options.names.push_back(settings.publicUrl.host);
        options.names.push_back(settings.listenHost);
        options.names.emplace_back("localhost");
        options.defaultHeaders = defaultHeaders(settings.publicUrl.scheme == "https");
        options.lane = laneOf;
        return options;
    }

    sync::Sync::Options syncOptions() {
        sync::Sync::Options options;
        options.trail = &trail;
        return options;
    }

    std::unique_ptr<outbox::Sender> makeSender() {
        outbox::Sender::Options options;
        options.author.place = trail.place();
        options.report = [this](const outbox::SendReport& report) {
            outbox::logReport(report);
            countTry(metrics, report);
            announceReceipt(report);
        };
        return std::make_unique<outbox::Sender>(
            database,
            [this](const store::OutboxEntry& entry, fhir::Deadline deadline) {
                return outbox::deliver(connections, database, entry, deadline);
            },
            std::move(options));
    }

    std::unique_ptr<outbox::AuditSender> makeAuditSender() {
        const auto& repository = settings.auditRepository;
        if (repository.empty()) return nullptr;
        return std::make_unique<outbox::AuditSender>(database, repository,
                                                     connections.at(repository).adapter->client());
    }

    void addRoutes(bool startPage) {
        const api::Uses pages{settings,  connections, database, sync, *sender,
                              *sessions, grants,      trail,    {}};
        cds::addServices(router, {settings, connections, database, trail, {}});
        fhir_api::addEndpoint(router, {settings, connections, database, trail, {}});
        subscriptions::addEndpoint(router, {connections, {}}, receiver,
                                   [this](const std::string& connection, const std::string& end) {
                                       countNotification(metrics, connection, end);
                                   });
        api::addWardApi(router, pages);
        api::addLiveApi(router, pages, live);
        api::addPatientApi(router, pages);
        api::addPages(router, pages);
        addHealth(router, database);
        const launch::Uses launches{settings, connections, database, *sessions, grants, {}};
        launch::addLaunch(router, launches, authorizationServers, api::problemPage(pages));
        addMetrics(router, database, metrics, connections, live, trail, settings.auditRepository);
        addPublishedKeys(router, publishedKeys);
        if (settings.development)
            launch::addDevelopmentLinks(router, launches);
        else
            launch::refuseDevelopmentLinks(router);
        if (startPage)
            router.add("GET", "/", [pages](const http_server::Request& request) {
                return api::page("start.html", request, pages, "-");
            });
    }

    /// A page that waits for the receipt of what was said need not ask for it.
    void announceReceipt(const outbox::SendReport& report) {
        const auto& id = report.corrects.empty() ? report.entry : report.corrects;
        const auto statement =
            store::StatementTable(database).find(report.connection, "urn:uuid:" + id);
        if (statement)
            database.announceNow(
                {store::patientTopic(database.vault(), report.connection, statement->patient),
                 "receipt", std::to_string(report.attempts)});
    }

    http_server::Response answer(http_server::Request request) {
        // The port is known only once the server listens, and the routes need it.
        if (!ready)
            return http_server::problem(
                {503, "starting", "Starting", "The service is starting; try again."}, request);
        return router.dispatch(std::move(request));
    }

    Settings settings;
    service::Metrics metrics;
    std::unique_ptr<store::Database> opened;
    store::Database& database = *opened;
    Connections connections;
    AuthorizationServers authorizationServers;
    plugin::sessions::Grants grants;
    audit::Trail trail;  // before whoever records: it ends last, and writes what is queued
    api::LivePages live;
    sync::Sync sync;
    subscriptions::Receiver receiver;
    std::unique_ptr<outbox::Sender> sender;
    std::unique_ptr<outbox::AuditSender> auditSender;  // none where nobody is given the trail
    std::unique_ptr<plugin::sessions::Sessions> sessions;
    PublishedKeys publishedKeys{settings.keysFolder, settings.identities()};
    http_server::Router router;
    std::atomic<bool> ready = false;
    http_server::Server server;
    // Last, so that they end first.
    std::jthread syncThread, maintenanceThread, receiverThread, auditThread;
    std::vector<std::jthread> senderThreads;
};

Service::Service(Settings settings, bool startPage)
    : state_(std::make_unique<State>(std::move(settings), startPage)) {}

Service::~Service() {
    // All are told before one is waited for; and first of all that what ends now is no fault.
    state_->syncThread.request_stop();
    state_->maintenanceThread.request_stop();
    state_->receiverThread.request_stop();
    state_->auditThread.request_stop();
    for (auto& thread : state_->senderThreads) thread.request_stop();
    state_->connections.stopWaiting();
    state_->database.listen({});
}

std::uint16_t Service::port() const {
    return state_->server.port();
}

std::string Service::address() const {
    return "http://" + state_->settings.listenHost + ":" + std::to_string(port());
}

std::vector<std::string> Service::routes() const {
    return state_->router.routes();
}

void Service::readUnit(const std::string& connection, const std::string& unit) {
    state_->sync.readUnit(connection, unit);
}

}  // namespace plugin::service
