#include "plugin/store/companion_table.h"

#include "plugin/store/row.h"

namespace plugin::store {
namespace {

using namespace Poco::Data::Keywords;

const std::string kSelect =
    "SELECT type, id, connection, subject, json, last_updated FROM companion_resource ";

struct ResourceRow {
    std::string type, id, connection, subject, json;
    std::int64_t lastUpdated = 0;

    template <class Self>
    static auto columns(Self& row) {
        return std::tie(row.type, row.id, row.connection, row.subject, row.json, row.lastUpdated);
    }
};

KeptResource toResource(ResourceRow row) {
    return {.type = std::move(row.type),
            .id = std::move(row.id),
            .connection = std::move(row.connection),
            .subject = std::move(row.subject),
            .json = std::move(row.json),
            .lastUpdated = toInstant(row.lastUpdated)};
}

}  // namespace

void CompanionTable::keep(const KeptResource& resource) {
    ResourceRow row{resource.type,    resource.id,   resource.connection,
                    resource.subject, resource.json, toMilliseconds(resource.lastUpdated)};
    database_.transaction([&](Poco::Data::Session& session) {
        session << "INSERT INTO companion_resource (type, id, connection, subject, json, "
                   "last_updated) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            use(row), now;
    });
}

std::optional<KeptResource> CompanionTable::find(const std::string& type,
                                                 const std::string& id) const {
    std::optional<KeptResource> result;
    database_.read([&](Poco::Data::Session& session) {
        auto ofType = type;
        auto withId = id;
        auto row = rowOf<ResourceRow>(
            (session << kSelect + "WHERE type = ? AND id = ?", use(ofType), use(withId)));
        if (row) result = toResource(*std::move(row));
    });
    return result;
}

std::vector<KeptResource> CompanionTable::list(const std::string& type, const std::string& subject,
                                               int limit, int offset) const {
    std::vector<KeptResource> result;
    database_.read([&](Poco::Data::Session& session) {
        auto ofType = type;
        auto about = subject;
        // Two queries, each with its own index, rather than one that asks whether it was given.
        const std::string order = "ORDER BY last_updated DESC, id LIMIT ? OFFSET ?";
        auto rows = subject.empty()
                        ? rowsOf<ResourceRow>((session << kSelect + "WHERE type = ? " + order,
                                               use(ofType), use(limit), use(offset)))
                        : rowsOf<ResourceRow>(
                              (session << kSelect + "WHERE type = ? AND subject = ? " + order,
                               use(ofType), use(about), use(limit), use(offset)));
        for (auto& row : rows) result.push_back(toResource(std::move(row)));
    });
    return result;
}

}  // namespace plugin::store
