#include "plugin/store/tables/companion_table.h"

#include "fhir/r4/date_time.h"
#include "plugin/domain/patient_references.h"
#include "plugin/store/sealing/sealed_row.h"
#include "plugin/store/tables/merge_table.h"

namespace plugin::store {
namespace {

using namespace Poco::Data::Keywords;

const std::string kResourceColumns =
    "type, id, connection, subject, subject_hash, json, last_updated";
const std::string kSelect = "SELECT " + kResourceColumns + " FROM companion_resource ";

std::string subjectHash(const Vault& vault, const std::string& subject) {
    return vault.hash("companion_resource/subject", subject);
}

struct ResourceRow {
    static constexpr const char* kTable = "companion_resource";

    std::string type, id, connection, subject, subjectHash, json;
    std::int64_t lastUpdated = 0;

    std::vector<Field> keyFields() { return {{"type", &type}, {"id", &id}}; }
    std::vector<Field> sealedFields() { return {{"subject", &subject}, {"json", &json}}; }
    std::vector<Field> hashFields() { return {{"subject_hash", &subjectHash}}; }
    void hash(const Vault& vault) { subjectHash = store::subjectHash(vault, subject); }

    template <class Self>
    static auto columns(Self& row) {
        return std::tie(row.type, row.id, row.connection, row.subject, row.subjectHash, row.json,
                        row.lastUpdated);
    }
};

CompanionResource toResource(ResourceRow row, const Vault& vault) {
    open(row, vault);
    return {.type = std::move(row.type),
            .id = std::move(row.id),
            .connection = std::move(row.connection),
            .subject = std::move(row.subject),
            .json = std::move(row.json),
            .lastUpdated = toInstant(row.lastUpdated)};
}

}  // namespace

void CompanionTable::keep(Poco::Data::Session& session, const CompanionResource& resource) {
    ResourceRow row{.type = resource.type,
                    .id = resource.id,
                    .connection = resource.connection,
                    .subject = resource.subject,
                    .subjectHash = {},
                    .json = resource.json,
                    .lastUpdated = toMilliseconds(resource.lastUpdated)};
    seal(row, database_.vault());
    session << "INSERT INTO companion_resource (" + kResourceColumns + ") VALUES (" +
                   parameters(7) + ") ON CONFLICT DO NOTHING",
        use(row), now;
}

void CompanionTable::replace(Poco::Data::Session& session, const CompanionResource& resource) {
    forget(session, resource.type, resource.id);
    keep(session, resource);
}

void CompanionTable::forget(Poco::Data::Session& session, const std::string& type,
                            const std::string& id) {
    auto ofType = type;
    auto withId = id;
    session << "DELETE FROM companion_resource WHERE type = $1 AND id = $2", use(ofType),
        use(withId), now;
}

std::vector<std::string> CompanionTable::move(Poco::Data::Session& session,
                                              const PatientMove& move) {
    const auto& vault = database_.vault();
    auto of = move.connection;
    auto about = subjectHash(vault, "Patient/" + move.from);
    std::vector<std::string> moved;
    auto rows = rowsOf<ResourceRow>(
        (session << kSelect + "WHERE connection = $1 AND subject_hash = $2", use(of), use(about)));
    for (auto& row : rows) {
        if (!move.takes(row.type + "/" + row.id)) continue;
        open(row, vault);
        row.subject = "Patient/" + move.to;
        row.json = domain::withPatient(std::move(row.json), move.from, move.to);
        // Who asks for what is new since gets it again.
        const auto before = R"("lastUpdated":")" + fhir::toFhirInstant(toInstant(row.lastUpdated));
        if (const auto at = row.json.find(before); at != std::string::npos)
            row.json.replace(at, before.size(),
                             R"("lastUpdated":")" + fhir::toFhirInstant(move.now));
        row.lastUpdated = toMilliseconds(move.now);
        seal(row, vault);
        session << "UPDATE companion_resource SET subject = $1, subject_hash = $2, json = $3, "
                   "last_updated = $4 WHERE type = $5 AND id = $6",
            use(row.subject), use(row.subjectHash), use(row.json), use(row.lastUpdated),
            use(row.type), use(row.id), now;
        moved.push_back(row.type + "/" + row.id);
    }
    return moved;
}

std::optional<CompanionResource> CompanionTable::find(const std::string& type,
                                                      const std::string& id) const {
    std::optional<CompanionResource> result;
    database_.read([&](Poco::Data::Session& session) {
        auto ofType = type;
        auto withId = id;
        auto row = rowOf<ResourceRow>(
            (session << kSelect + "WHERE type = $1 AND id = $2", use(ofType), use(withId)));
        if (row) result = toResource(*std::move(row), database_.vault());
    });
    return result;
}

std::vector<CompanionResource> CompanionTable::list(const CompanionFilter& filter,
                                                    int limit) const {
    std::vector<CompanionResource> result;
    database_.read([&](Poco::Data::Session& session) {
        auto type = filter.type;
        auto before = filter.before;
        auto afterId = filter.afterId;
        auto connection = filter.connection;
        auto subject = subjectHash(database_.vault(), filter.subject);
        auto most = limit;
        // What was not given is left out of the query, so that each form finds its index.
        std::string text =
            kSelect + "WHERE type = $1 AND (last_updated < $2 OR (last_updated = $2 AND id > $3))";
        Poco::Data::Statement query(session);
        std::size_t number = 3;
        const auto also = [&](const char* column, const std::string& value) {
            if (!value.empty())
                text += std::string(" AND ") + column + " = $" + std::to_string(++number);
        };
        also("connection", connection);
        also("subject_hash", subject);
        text += " ORDER BY last_updated DESC, id LIMIT $" + std::to_string(++number);
        query << text, use(type), use(before), use(afterId);
        if (!connection.empty()) query, use(connection);
        if (!subject.empty()) query, use(subject);
        query, use(most);
        for (auto& row : rowsOf<ResourceRow>(std::move(query)))
            result.push_back(toResource(std::move(row), database_.vault()));
    });
    return result;
}

std::size_t CompanionTable::reseal(Poco::Data::Session& session, const Vault& vault, int limit) {
    return resealSome<ResourceRow>(session, vault, kResourceColumns, limit);
}

}  // namespace plugin::store
