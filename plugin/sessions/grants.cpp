#include "plugin/sessions/grants.h"

#include "fhir/base/json.h"

namespace plugin::sessions {
namespace {

using fhir::Error;
using fhir::ErrorKind;

/// A token that ends within this time is refreshed: it must last for the reading of one page.
constexpr std::chrono::seconds kSpare{30};
/// For how long an instance keeps the right to refresh; longer than a token server may take.
constexpr std::chrono::seconds kLease{20};
constexpr std::chrono::milliseconds kLookAgain{200};
constexpr std::chrono::seconds kTimeout{15};

}  // namespace

Grants::Grants(store::Database& database, AuthorizationServers& authorizationServers,
               fhir::Clock clock)
    : database_(database),
      authorizationServers_(authorizationServers),
      clock_(std::move(clock)),
      table_(database, {}) {}

void Grants::add(const std::string& grant, const std::string& session, const Tokens& tokens,
                 std::optional<std::chrono::seconds> lifetime) {
    table_.addGrant(grant, session, seal(grant, tokens, lifetime));
}

LaunchGrant Grants::seal(const std::string& grant, const Tokens& tokens,
                         std::optional<std::chrono::seconds> lifetime) const {
    fhir::json::Writer writer;
    writer.beginObject()
        .member("iss", tokens.iss)
        .member("tokenUrl", tokens.tokenUrl)
        .member("access", tokens.access.reveal())
        .member("refresh", tokens.refresh.reveal())
        .member("scopes", tokens.scopes)
        .endObject();
    return {database_.vault().seal(writer.take(), "launch_grant/content/" + grant),
            clock_.now() + lifetime.value_or(kLifetimeUnsaid)};
}

Tokens Grants::open(const std::string& grant, const LaunchGrant& sealed) const {
    const auto document = fhir::json::Document::parse(
        database_.vault().open(sealed.content, "launch_grant/content/" + grant));
    const auto json = document.root();
    return {json.at("iss").string(), json.at("tokenUrl").string(),
            fhir::Secret(json.at("access").string()),
            fhir::Secret(json.findString("refresh").value_or("")),
            json.findString("scopes").value_or("")};
}

std::optional<fhir::Secret> Grants::accessToken(const std::string& grant, fhir::Deadline deadline) {
    for (;;) {
        const auto now = clock_.now();
        const auto held = table_.findGrant(grant);
        if (!held) return std::nullopt;
        auto tokens = open(grant, *held);
        if (held->expires - now > kSpare) return tokens.access;
        if (tokens.refresh.empty())
            return held->expires > now ? std::optional(tokens.access) : std::nullopt;
        std::unique_lock lock(mutex_);
        const bool mine = refreshing_.insert(grant).second;
        if (mine && table_.leaseGrant(grant, now, now + kLease)) {
            lock.unlock();
            return refresh(grant, deadline);
        }
        if (mine) refreshing_.erase(grant);  // another instance is at it
        refreshed_.wait_until(lock, std::min(deadline, clock_.steady() + kLookAgain));
        if (clock_.steady() >= deadline)
            throw Error(ErrorKind::Unavailable,
                        "The EHR did not renew its permission in time; try again.");
    }
}

std::optional<fhir::Secret> Grants::refresh(const std::string& grant, fhir::Deadline deadline) {
    // Whatever happens, those who wait look again.
    struct Done {
        Grants& grants;
        const std::string& grant;
        ~Done() {
            const std::lock_guard lock(grants.mutex_);
            grants.refreshing_.erase(grant);
            grants.refreshed_.notify_all();
        }
    };
    const Done done{*this, grant};
    const auto held = table_.findGrant(grant);
    if (!held) return std::nullopt;  // signed out meanwhile
    auto tokens = open(grant, *held);
    if (held->expires - clock_.now() > kSpare) {  // another instance was at it just before
        table_.releaseGrant(grant);
        return tokens.access;
    }
    try {
        const auto issuer = authorizationServers_.find(tokens.iss);
        if (!issuer)
            throw Error(ErrorKind::Unauthorized, "This EHR may no longer open What Matters.");
        const auto answer =
            authorizationServers_.tokens(*issuer, fhir::Url::parse(tokens.tokenUrl))
                .refresh(tokens.refresh, "", fhir::smart::Scopes::parse(tokens.scopes), deadline);
        tokens.access = answer.accessToken;
        if (!answer.refreshToken.empty()) tokens.refresh = answer.refreshToken;
        table_.saveGrant(grant, seal(grant, tokens, answer.expiresIn));
        return tokens.access;
    } catch (const Error& error) {
        table_.releaseGrant(grant);
        if (error.kind() != ErrorKind::Unauthorized) throw;
        throw Error(ErrorKind::Unauthorized,
                    "The EHR has ended this session. Open What Matters again from the chart.");
    }
}

Grants::Ehr Grants::ehrOf(const Connections& connections, const Context& context) {
    const auto& connection = connections.at(context.connection);
    const auto token = context.grant.empty()
                           ? std::nullopt
                           : accessToken(context.grant, clock_.steady() + kTimeout);
    // The connection's own adapter is nobody's to delete.
    if (!token) return {{std::shared_ptr<void>(), connection.adapter.get()}, false};
    auto options = connection.adapter->client().options();
    options.authorization = [header = fhir::Secret("Bearer " + token->reveal())] { return header; };
    options.renew = [](const auto&) { return false; };  // that is for our own token
    return {adapters::makeAdapter(connection.adapter->profile(),
                                  fhir::Client(*connection.transport, std::move(options))),
            true};
}

}  // namespace plugin::sessions
