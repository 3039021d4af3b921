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
#include "plugin/cds/service.h"
#include "plugin/connections/authorization_servers.h"
#include "plugin/connections/connections.h"
#include "plugin/fhir_api/endpoint.h"
#include "plugin/http_server/compression.h"
#include "plugin/http_server/server.h"
#include "plugin/keys/published_keys.h"
#include "plugin/launch/development.h"
#include "plugin/launch/launch.h"
#include "plugin/outbox/audit_sender.h"
#include "plugin/outbox/delivery.h"
#include "plugin/outbox/sender.h"
#include "plugin/service/maintenance.h"
#include "plugin/service/metrics.h"
#include "plugin/service/operations.h"
#include "plugin/sessions/grants.h"
#include "plugin/sessions/sessions.h"
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
    constexpr std::array<std::string_view, 3> kPrompt{"/cds-services", "/.well-known/", "/health/"};
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
          server(
              serverOptions(),
              [this](http_server::Request request) { return answer(router, std::move(request)); }),
          operationsServer(makeOperationsServer()) {
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
        options.host = http.listen.host;
        options.port = http.listen.port;
        options.patience.head = http.headPatience;
        options.patience.body = http.bodyPatience;
        options.connectionsMax = http.connectionsMax;
        options.connectionsPerAddressMax = http.connectionsPerAddressMax;
        options.trustedProxies = http.trustedProxies;
        options.names = http.names;
        options.names.push_back(settings.publicUrl.host);
        options.names.push_back(http.listen.host);
        options.names.emplace_back("localhost");
        options.defaultHeaders = defaultHeaders(settings.publicUrl.scheme == "https");
        options.lane = laneOf;
        return options;
    }

    http_server::ServerOptions operationsOptions() const {
        constexpr std::size_t kConnectionsMax = 64;
        auto options = serverOptions();
        options.host = settings.http.operations.host;
        options.port = settings.http.operations.port;
        options.names.push_back(options.host);
        options.connectionsMax = options.connectionsPerAddressMax = kConnectionsMax;
        options.cards = {.threads = 4, .waiting = kConnectionsMax, .slow = 4};
        options.lane = [](const http_server::Request&) { return http_server::Lane::Cards; };
        return options;
    }

    std::unique_ptr<http_server::Server> makeOperationsServer() {
        try {
            return std::make_unique<http_server::Server>(
                operationsOptions(), [this](http_server::Request request) {
                    return answer(operationsRouter, std::move(request));
                });
        } catch (const fhir::Error& error) {
            throw fhir::Error(error.kind(), error.what(), "/operations/listen");
        }
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
        api::addStatementApi(router, pages);
        api::addPages(router, pages);
        addLiveness(router);
        const launch::Uses launches{settings, connections, database, *sessions, grants, {}};
        launch::addLaunch(router, launches, authorizationServers, api::problemPage(pages));
        addOperations(operationsRouter, {settings, database, connections, live, trail}, metrics);
        addPublishedKeys(router, publishedKeys);
        for (const auto* prefix : {"/api", "/cds-services"})
            router.finish(prefix, http_server::compress);
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

    http_server::Response answer(const http_server::Router& routes, http_server::Request request) {
        // The port is known only once the server listens, and the routes need it.
        if (!ready)
            return http_server::problem(
                {503, "starting", "Starting", "The service is starting; try again."}, request);
        return routes.dispatch(std::move(request));
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
    http_server::Router router, operationsRouter;
    std::atomic<bool> ready = false;
    http_server::Server server;
    std::unique_ptr<http_server::Server> operationsServer;
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
    return "http://" + ListenAddress{state_->settings.http.listen.host, port()}.text();
}

std::string Service::operationsAddress() const {
    return "http://" +
           ListenAddress{state_->settings.http.operations.host, state_->operationsServer->port()}
               .text();
}

std::vector<std::string> Service::routes() const {
    auto all = state_->router.routes();
    for (auto& route : state_->operationsRouter.routes())
        if (std::find(all.begin(), all.end(), route) == all.end()) all.push_back(std::move(route));
    return all;
}

void Service::readUnit(const std::string& connection, const std::string& unit) {
    state_->sync.readUnit(connection, unit);
}

}  // namespace plugin::service
