#include "plugin/launch/launch_state_table.h"

#include "plugin/store/engine/row.h"
#include "plugin/store/sealing/digest.h"

namespace plugin::launch {
namespace {

using namespace Poco::Data::Keywords;

struct StateRow {
    std::string content;
    std::int64_t expires = 0;

    template <class Self>
    static auto columns(Self& row) {
        return std::tie(row.content, row.expires);
    }
};

}  // namespace

bool LaunchStateTable::put(const std::string& state, const std::string& content,
                           fhir::Instant expires, fhir::Instant at) {
    bool kept = false;
    database_.transaction([&](Poco::Data::Session& session) {
        auto until = store::toMilliseconds(at);
        session << "DELETE FROM launch_state WHERE expires <= $1", use(until), now;
        std::int64_t count = 0;
        session << "SELECT COUNT(*) FROM launch_state", into(count), now;
        if (count >= static_cast<std::int64_t>(kLaunchesMax)) return;
        auto key = store::digestOf(state);
        StateRow row{content, store::toMilliseconds(expires)};
        session << "INSERT INTO launch_state (state, content, expires) VALUES ($1, $2, $3)",
            use(key), use(row), now;
        kept = true;
    });
    return kept;
}

std::optional<std::string> LaunchStateTable::take(const std::string& state, fhir::Instant at) {
    std::optional<std::string> result;
    database_.transaction([&](Poco::Data::Session& session) {
        auto key = store::digestOf(state);
        auto row = store::rowOf<StateRow>(
            (session << "SELECT content, expires FROM launch_state WHERE state = $1", use(key)));
        if (!row) return;
        // Of two that read the row at once, which PostgreSQL allows, one deletes it.
        Poco::Data::Statement remove(session);
        remove << "DELETE FROM launch_state WHERE state = $1", use(key);
        if (remove.execute() == 1 && store::toInstant(row->expires) > at)
            result = std::move(row->content);
    });
    return result;
}

}  // namespace plugin::launch
