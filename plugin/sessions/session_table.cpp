#include "plugin/sessions/session_table.h"

#include "plugin/store/engine/row.h"
#include "plugin/store/sealing/digest.h"

namespace plugin::sessions {
namespace {

using namespace Poco::Data::Keywords;

/// Use is noted down this exactly: a page that asks ten times a second writes once.
constexpr std::chrono::seconds kUseGrain{1};

struct SessionRow {
    std::string connection, owner;
    std::int64_t begun = 0, used = 0;

    template <class Self>
    static auto columns(Self& row) {
        return std::tie(row.connection, row.owner, row.begun, row.used);
    }
};

struct OpenRow {
    std::int64_t begun = 0, used = 0;
    std::string content;
    std::int64_t opened = 0, pageUsed = 0;

    template <class Self>
    static auto columns(Self& row) {
        return std::tie(row.begun, row.used, row.content, row.opened, row.pageUsed);
    }
};

struct GrantRow {
    std::string content;
    std::int64_t expires = 0;

    template <class Self>
    static auto columns(Self& row) {
        return std::tie(row.content, row.expires);
    }
};

std::int64_t countOf(Poco::Data::Statement query) {
    std::int64_t count = 0;
    query, into(count), now;
    return count;
}

void removeAll(Poco::Data::Session& session, std::string id) {
    session << "DELETE FROM page_context WHERE session = $1", use(id), now;
    session << "DELETE FROM launch_grant WHERE session = $1", use(id), now;
    session << "DELETE FROM browser_session WHERE id = $1", use(id), now;
}

}  // namespace

bool SessionTable::isOver(fhir::Instant begun, fhir::Instant used, fhir::Instant at) const {
    return at - used > limits_.idle || at - begun > limits_.absolute;
}

bool SessionTable::begin(const std::string& id, const std::string& connection,
                         const std::string& owner, fhir::Instant at) {
    bool begun = false;
    database_.transaction([&](Poco::Data::Session& session) {
        auto idleSince = store::toMilliseconds(at - limits_.idle);
        auto begunBefore = store::toMilliseconds(at - limits_.absolute);
        const std::string over =
            " IN (SELECT id FROM browser_session WHERE used < $1 OR begun < $2)";
        for (const char* what : {"page_context WHERE session", "launch_grant WHERE session"})
            session << std::string("DELETE FROM ") + what + over, use(idleSince), use(begunBefore),
                now;
        session << "DELETE FROM browser_session WHERE used < $1 OR begun < $2", use(idleSince),
            use(begunBefore), now;
        const auto count = countOf((session << "SELECT COUNT(*) FROM browser_session"));
        if (count >= static_cast<std::int64_t>(limits_.sessionsMax)) return;
        auto key = store::digestOf(id);
        SessionRow row{connection, store::digestOf(owner), store::toMilliseconds(at),
                       store::toMilliseconds(at)};
        session << "INSERT INTO browser_session (id, connection, owner, begun, used) "
                   "VALUES ($1, $2, $3, $4, $5)",
            use(key), use(row), now;
        begun = true;
    });
    return begun;
}

std::optional<BrowserSession> SessionTable::find(const std::string& id, fhir::Instant at) const {
    std::optional<BrowserSession> result;
    database_.read([&](Poco::Data::Session& session) {
        auto key = store::digestOf(id);
        auto row = store::rowOf<SessionRow>(
            (session << "SELECT connection, owner, begun, used FROM browser_session WHERE id = $1",
             use(key)));
        if (!row || isOver(store::toInstant(row->begun), store::toInstant(row->used), at)) return;
        result = BrowserSession{std::move(row->connection), std::move(row->owner),
                                store::toInstant(row->begun), store::toInstant(row->used)};
    });
    return result;
}

bool SessionTable::isOf(const BrowserSession& session, const std::string& connection,
                        const std::string& owner) {
    return session.connection == connection && session.owner == store::digestOf(owner);
}

void SessionTable::renew(const std::string& id, fhir::Instant at) {
    database_.transaction([&](Poco::Data::Session& session) {
        auto key = store::digestOf(id);
        auto when = store::toMilliseconds(at);
        session << "UPDATE browser_session SET begun = $1, used = $2 WHERE id = $3", use(when),
            use(when), use(key), now;
    });
}

void SessionTable::end(const std::string& id) {
    database_.transaction(
        [&](Poco::Data::Session& session) { removeAll(session, store::digestOf(id)); });
}

void SessionTable::addContext(const std::string& id, const std::string& token,
                              const PageContext& context, fhir::Instant at) {
    database_.transaction([&](Poco::Data::Session& session) {
        auto key = store::digestOf(id);
        const auto count =
            countOf((session << "SELECT COUNT(*) FROM page_context WHERE session = $1", use(key)));
        if (count >= static_cast<std::int64_t>(limits_.contextsMax))
            session << "DELETE FROM page_context WHERE session = $1 AND token = (SELECT token FROM "
                       "page_context WHERE session = $2 ORDER BY used, token LIMIT 1)",
                use(key), use(key), now;
        auto page = store::digestOf(token);
        auto content = context.content;
        auto opened = store::toMilliseconds(context.opened);
        auto used = store::toMilliseconds(at);
        session << "INSERT INTO page_context (session, token, content, opened, used) "
                   "VALUES ($1, $2, $3, $4, $5)",
            use(key), use(page), use(content), use(opened), use(used), now;
    });
}

std::optional<PageContext> SessionTable::openContext(const std::string& id,
                                                     const std::string& token, fhir::Instant at) {
    auto key = store::digestOf(id);
    auto page = store::digestOf(token);
    std::optional<OpenRow> row;
    database_.read([&](Poco::Data::Session& session) {
        row = store::rowOf<OpenRow>(
            (session << "SELECT browser_session.begun, browser_session.used, page_context.content, "
                        "page_context.opened, page_context.used FROM page_context "
                        "JOIN browser_session ON browser_session.id = page_context.session "
                        "WHERE page_context.session = $1 AND page_context.token = $2",
             use(key), use(page)));
    });
    if (!row || isOver(store::toInstant(row->begun), store::toInstant(row->used), at) ||
        at - store::toInstant(row->opened) > limits_.absolute)
        return std::nullopt;
    if (at - store::toInstant(std::min(row->used, row->pageUsed)) >= kUseGrain)
        database_.transaction([&](Poco::Data::Session& session) {
            auto used = store::toMilliseconds(at);
            session << "UPDATE browser_session SET used = $1 WHERE id = $2", use(used), use(key),
                now;
            session << "UPDATE page_context SET used = $1 WHERE session = $2 AND token = $3",
                use(used), use(key), use(page), now;
        });
    return PageContext{std::move(row->content), store::toInstant(row->opened)};
}

void SessionTable::addGrant(const std::string& grant, const std::string& session,
                            const LaunchGrant& value) {
    database_.transaction([&](Poco::Data::Session& db) {
        auto key = grant;
        auto of = store::digestOf(session);
        GrantRow row{value.content, store::toMilliseconds(value.expires)};
        db << "INSERT INTO launch_grant (id, session, content, expires, leased_until) "
              "VALUES ($1, $2, $3, $4, 0)",
            use(key), use(of), use(row), now;
    });
}

std::optional<LaunchGrant> SessionTable::findGrant(const std::string& grant) const {
    std::optional<LaunchGrant> result;
    database_.read([&](Poco::Data::Session& session) {
        auto key = grant;
        auto row = store::rowOf<GrantRow>(
            (session << "SELECT content, expires FROM launch_grant WHERE id = $1", use(key)));
        if (row) result = LaunchGrant{std::move(row->content), store::toInstant(row->expires)};
    });
    return result;
}

bool SessionTable::leaseGrant(const std::string& grant, fhir::Instant at, fhir::Instant until) {
    std::size_t taken = 0;
    database_.transaction([&](Poco::Data::Session& session) {
        auto key = grant;
        auto from = store::toMilliseconds(at);
        auto to = store::toMilliseconds(until);
        Poco::Data::Statement update(session);
        update << "UPDATE launch_grant SET leased_until = $1 WHERE id = $2 AND leased_until <= $3",
            use(to), use(key), use(from);
        taken = update.execute();
    });
    return taken == 1;
}

void SessionTable::saveGrant(const std::string& grant, const LaunchGrant& value) {
    database_.transaction([&](Poco::Data::Session& session) {
        auto key = grant;
        GrantRow row{value.content, store::toMilliseconds(value.expires)};
        session << "UPDATE launch_grant SET content = $1, expires = $2, leased_until = 0 "
                   "WHERE id = $3",
            use(row), use(key), now;
    });
}

void SessionTable::releaseGrant(const std::string& grant) {
    database_.transaction([&](Poco::Data::Session& session) {
        auto key = grant;
        session << "UPDATE launch_grant SET leased_until = 0 WHERE id = $1", use(key), now;
    });
}

}  // namespace plugin::sessions
