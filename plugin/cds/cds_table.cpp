#include "plugin/cds/cds_table.h"

#include "plugin/store/engine/row.h"

namespace plugin::cds {
namespace {

using namespace Poco::Data::Keywords;

struct ShownRow {
    std::string connection, service, kind;
    std::int64_t day = 0, cards = 0;

    template <class Self>
    static auto columns(Self& row) {
        return std::tie(row.connection, row.service, row.kind, row.day, row.cards);
    }
};

struct FeedbackRow {
    std::string connection, card, outcome, service, kind, reason;
    std::int64_t at = 0;

    template <class Self>
    static auto columns(Self& row) {
        return std::tie(row.connection, row.card, row.outcome, row.service, row.kind, row.reason,
                        row.at);
    }
};

struct CountRow {
    std::string connection, service, kind, outcome, reason;
    std::int64_t cards = 0;

    template <class Self>
    static auto columns(Self& row) {
        return std::tie(row.connection, row.service, row.kind, row.outcome, row.reason, row.cards);
    }
};

/// Whether the row is new, to whichever of several instances comes first.
bool insertStay(Poco::Data::Session& session, std::string stay, fhir::Instant at) {
    auto since = store::toMilliseconds(at);
    Poco::Data::Statement insert(session);
    insert << "INSERT INTO cds_quiet_stay (stay, since) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        use(stay), use(since);
    return insert.execute() == 1;
}

}  // namespace

bool CdsTable::quiet(const std::string& stay, fhir::Instant at) {
    bool isNew = false;
    database_.transaction(
        [&](Poco::Data::Session& session) { isNew = insertStay(session, stay, at); });
    return isNew;
}

void CdsTable::addShown(const std::vector<ShownCards>& shown) {
    database_.transaction([&](Poco::Data::Session& session) {
        for (const auto& one : shown) {
            ShownRow row{one.connection, one.service, one.kind, one.day, one.cards};
            session << "INSERT INTO cds_shown (connection, service, kind, day, cards) "
                       "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (connection, service, kind, day) "
                       "DO UPDATE SET cards = cds_shown.cards + excluded.cards",
                use(row), now;
        }
    });
}

void CdsTable::addFeedback(const std::vector<CardFeedback>& feedback,
                           const std::vector<std::string>& stays, fhir::Instant at) {
    database_.transaction([&](Poco::Data::Session& session) {
        for (const auto& one : feedback) {
            FeedbackRow row{one.connection,
                            one.card,
                            one.outcome,
                            one.service,
                            one.kind,
                            one.reason,
                            store::toMilliseconds(one.at)};
            session
                << "INSERT INTO cds_feedback "
                   "(connection, card, outcome, service, kind, reason, at) "
                   "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (connection, card, outcome) "
                   "DO UPDATE SET reason = excluded.reason, at = excluded.at "
                   "WHERE excluded.at > cds_feedback.at",
                use(row), now;
        }
        for (const auto& stay : stays) insertStay(session, stay, at);
    });
}

std::vector<CardCount> CdsTable::counts(fhir::Instant since) const {
    std::vector<CardCount> result;
    database_.read([&](Poco::Data::Session& session) {
        auto moment = store::toMilliseconds(since);
        std::int64_t day = std::chrono::floor<std::chrono::days>(since).time_since_epoch().count();
        auto rows = store::rowsOf<CountRow>((
            session << "SELECT connection, service, kind, 'shown' AS outcome, '' AS reason, "
                       "CAST(SUM(cards) AS BIGINT) AS cards FROM cds_shown WHERE day >= $1 "
                       "GROUP BY connection, service, kind UNION ALL "
                       "SELECT connection, service, kind, outcome, reason, COUNT(*) AS cards "
                       "FROM cds_feedback WHERE at >= $2 "
                       "GROUP BY connection, service, kind, outcome, reason ORDER BY 1, 2, 3, 4, 5",
            use(day), use(moment)));
        for (auto& row : rows)
            result.push_back({std::move(row.connection), std::move(row.service),
                              std::move(row.kind), std::move(row.outcome), std::move(row.reason),
                              row.cards});
    });
    return result;
}

bool CdsTable::useToken(const std::string& token, fhir::Instant expires) {
    bool isNew = false;
    database_.transaction([&](Poco::Data::Session& session) {
        auto text = token;
        auto until = store::toMilliseconds(expires);
        Poco::Data::Statement insert(session);
        insert << "INSERT INTO used_token (token, expires) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            use(text), use(until);
        isNew = insert.execute() == 1;
    });
    return isNew;
}

void CdsTable::forget(fhir::Instant at, std::chrono::hours kept) {
    auto moment = store::toMilliseconds(at);
    auto oldest = store::toMilliseconds(at - kept);
    std::int64_t day = std::chrono::floor<std::chrono::days>(at - kept).time_since_epoch().count();
    database_.transaction([&](Poco::Data::Session& session) {
        session << "DELETE FROM used_token WHERE expires < $1", use(moment), now;
        session << "DELETE FROM cds_quiet_stay WHERE since < $1", use(oldest), now;
        session << "DELETE FROM cds_feedback WHERE at < $1", use(oldest), now;
        session << "DELETE FROM cds_shown WHERE day < $1", use(day), now;
    });
}

}  // namespace plugin::cds
