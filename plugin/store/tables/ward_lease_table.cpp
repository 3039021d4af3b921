#include "plugin/store/tables/ward_lease_table.h"

#include <algorithm>

#include "plugin/store/engine/row.h"

namespace plugin::store {
namespace {

using namespace Poco::Data::Keywords;

/// No reading is further off, and no lease longer.
constexpr std::chrono::hours kFarOff{48};

struct TimesRow {
    std::int64_t leasedUntil = 0, due = 0, wanted = 0;

    template <class Self>
    static auto columns(Self& row) {
        return std::tie(row.leasedUntil, row.due, row.wanted);
    }
};

}  // namespace

std::optional<WardLease> WardLeaseTable::take(const std::string& connection,
                                              const std::string& unit, fhir::Instant now_,
                                              std::chrono::seconds lease, bool evenEarly) {
    std::optional<WardLease> result;
    database_.transaction([&](Poco::Data::Session& session) {
        WardLease taken{connection, unit};
        auto moment = toMilliseconds(now_);
        auto farOff = toMilliseconds(now_ + kFarOff);
        auto until = toMilliseconds(now_ + lease);
        int early = evenEarly ? 1 : 0;
        session << "INSERT INTO ward_lease (connection, unit, fence, leased_until, due) "
                   "VALUES ($1, $2, 0, 0, 0) ON CONFLICT DO NOTHING",
            use(taken.connection), use(taken.unit), now;
        std::int64_t wanted = 0;
        session << "SELECT wanted FROM ward_lease WHERE connection = $1 AND unit = $2",
            into(wanted), use(taken.connection), use(taken.unit), now;
        taken.wasWanted = wanted > 0;
        Poco::Data::Statement update(session);
        update << "UPDATE ward_lease SET fence = fence + 1, leased_until = $1, wanted = 0 "
                  "WHERE connection = $2 AND unit = $3 "
                  "AND (leased_until <= $4 OR leased_until > $5) "
                  "AND (due <= $4 OR due > $5 OR $6 = 1 "
                  "OR wanted > 0 AND (wanted <= $4 OR wanted > $5))",
            use(until), use(taken.connection), use(taken.unit), use(moment), use(farOff),
            use(early);
        if (update.execute() == 0) return;
        session << "SELECT fence FROM ward_lease WHERE connection = $1 AND unit = $2",
            into(taken.fence), use(taken.connection), use(taken.unit), now;
        result = std::move(taken);
    });
    return result;
}

fhir::Instant WardLeaseTable::next(const std::string& connection, const std::string& unit,
                                   fhir::Instant now_) const {
    std::optional<TimesRow> row;
    database_.read([&](Poco::Data::Session& session) {
        auto of = connection;
        auto on = unit;
        row = rowOf<TimesRow>((session << "SELECT leased_until, due, wanted FROM ward_lease "
                                          "WHERE connection = $1 AND unit = $2",
                               use(of), use(on)));
    });
    if (!row) return now_;
    const auto due = row->wanted > 0 ? std::min(row->due, row->wanted) : row->due;
    const auto next = toInstant(std::max(row->leasedUntil, due));
    return next > now_ + kFarOff ? now_ : std::max(next, now_);
}

std::optional<fhir::Instant> WardLeaseTable::want(Poco::Data::Session& session,
                                                  const std::string& connection,
                                                  const std::string& unit, fhir::Instant now_) {
    auto of = connection;
    auto on = unit;
    auto moment = toMilliseconds(now_);
    auto farOff = toMilliseconds(now_ + kFarOff);
    session << "UPDATE ward_lease SET wanted = "
               "CASE WHEN rests_until > $1 AND rests_until <= $2 THEN rests_until ELSE $1 END "
               "WHERE connection = $3 AND unit = $4 AND wanted = 0",
        use(moment), use(farOff), use(of), use(on), now;
    const auto row = rowOf<TimesRow>((session << "SELECT leased_until, due, wanted FROM ward_lease "
                                                 "WHERE connection = $1 AND unit = $2",
                                      use(of), use(on)));
    if (!row) return std::nullopt;
    return toInstant(row->wanted);
}

bool WardLeaseTable::renew(const WardLease& lease, fhir::Instant until) {
    std::size_t changed = 0;
    database_.transaction([&](Poco::Data::Session& session) {
        auto held = lease;
        auto end = toMilliseconds(until);
        Poco::Data::Statement update(session);
        update << "UPDATE ward_lease SET leased_until = $1 "
                  "WHERE connection = $2 AND unit = $3 AND fence = $4",
            use(end), use(held.connection), use(held.unit), use(held.fence);
        changed = update.execute();
    });
    return changed != 0;
}

bool WardLeaseTable::giveBack(const WardLease& lease, fhir::Instant due, fhir::Instant rest) {
    std::size_t changed = 0;
    database_.transaction([&](Poco::Data::Session& session) {
        auto held = lease;
        auto next = toMilliseconds(due);
        auto rested = toMilliseconds(rest);
        // A fence further, so that the lease is worth nothing from here on.
        Poco::Data::Statement update(session);
        update << "UPDATE ward_lease SET leased_until = 0, due = $1, rests_until = $2, "
                  "wanted = CASE WHEN wanted > 0 AND wanted < $2 THEN $2 ELSE wanted END, "
                  "fence = fence + 1 WHERE connection = $3 AND unit = $4 AND fence = $5",
            use(next), use(rested), use(held.connection), use(held.unit), use(held.fence);
        changed = update.execute();
    });
    return changed != 0;
}

bool WardLeaseTable::isHeld(Poco::Data::Session& session, const WardLease& lease) {
    auto held = lease;
    // Written, not read: that holds the row until the transaction ends, on either engine.
    Poco::Data::Statement touch(session);
    touch << "UPDATE ward_lease SET fence = fence "
             "WHERE connection = $1 AND unit = $2 AND fence = $3",
        use(held.connection), use(held.unit), use(held.fence);
    return touch.execute() != 0;
}

void WardLeaseTable::makeAllDue(Poco::Data::Session& session) {
    session << "UPDATE ward_lease SET leased_until = 0, due = 0, fence = fence + 1", now;
}

}  // namespace plugin::store
