#include "plugin/store/ward_lease_table.h"

#include <algorithm>

#include "plugin/store/row.h"

namespace plugin::store {
namespace {

using namespace Poco::Data::Keywords;

/// No reading is further off, and no lease longer.
constexpr std::chrono::hours kFarOff{48};

struct TimesRow {
    std::int64_t leasedUntil = 0, due = 0;

    template <class Self>
    static auto columns(Self& row) {
        return std::tie(row.leasedUntil, row.due);
    }
};

}  // namespace

std::optional<WardLease> WardLeaseTable::take(const std::string& connection,
                                              const std::string& unit, fhir::Instant now_,
                                              std::chrono::seconds lease, bool evenEarly) {
    std::optional<WardLease> result;
    database_.transaction([&](Poco::Data::Session& session) {
        WardLease taken{connection, unit, 0};
        auto moment = toMilliseconds(now_);
        auto farOff = toMilliseconds(now_ + kFarOff);
        auto until = toMilliseconds(now_ + lease);
        int early = evenEarly ? 1 : 0;
        session << "INSERT INTO ward_lease (connection, unit, fence, leased_until, due) "
                   "VALUES ($1, $2, 0, 0, 0) ON CONFLICT DO NOTHING",
            use(taken.connection), use(taken.unit), now;
        Poco::Data::Statement update(session);
        update << "UPDATE ward_lease SET fence = fence + 1, leased_until = $1 "
                  "WHERE connection = $2 AND unit = $3 "
                  "AND (leased_until <= $4 OR leased_until > $5) "
                  "AND (due <= $4 OR due > $5 OR $6 = 1)",
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
        row = rowOf<TimesRow>((session << "SELECT leased_until, due FROM ward_lease "
                                          "WHERE connection = $1 AND unit = $2",
                               use(of), use(on)));
    });
    if (!row) return now_;
    const auto next = std::max(toInstant(row->leasedUntil), toInstant(row->due));
    return next > now_ + kFarOff ? now_ : std::max(next, now_);
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

bool WardLeaseTable::giveBack(const WardLease& lease, fhir::Instant due) {
    std::size_t changed = 0;
    database_.transaction([&](Poco::Data::Session& session) {
        auto held = lease;
        auto next = toMilliseconds(due);
        // A fence further, so that the lease is worth nothing from here on.
        Poco::Data::Statement update(session);
        update << "UPDATE ward_lease SET leased_until = 0, due = $1, fence = fence + 1 "
                  "WHERE connection = $2 AND unit = $3 AND fence = $4",
            use(next), use(held.connection), use(held.unit), use(held.fence);
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
