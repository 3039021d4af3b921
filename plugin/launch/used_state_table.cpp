#include "plugin/launch/used_state_table.h"

#include "plugin/store/engine/row.h"
#include "plugin/store/sealing/digest.h"

namespace plugin::launch {

using namespace Poco::Data::Keywords;

bool UsedStateTable::markUsed(const std::string& state, fhir::Instant expires, fhir::Instant at) {
    bool isFirst = false;
    database_.transaction([&](Poco::Data::Session& session) {
        auto until = store::toMilliseconds(at);
        session << "DELETE FROM launch_used WHERE expires <= $1", use(until), now;
        std::int64_t count = 0;
        session << "SELECT COUNT(*) FROM launch_used", into(count), now;
        auto over = count - kUsedMax + 1;
        if (over > 0)
            session << "DELETE FROM launch_used WHERE state IN (SELECT state FROM launch_used "
                       "ORDER BY expires LIMIT $1)",
                use(over), now;
        auto key = store::digestOf(state);
        auto end = store::toMilliseconds(expires);
        // Of two callbacks at once, one inserts it.
        Poco::Data::Statement insert(session);
        insert << "INSERT INTO launch_used (state, expires) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            use(key), use(end);
        isFirst = insert.execute() == 1;
    });
    return isFirst;
}

}  // namespace plugin::launch
