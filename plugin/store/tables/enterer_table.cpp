#include "plugin/store/tables/enterer_table.h"

#include "plugin/store/sealing/sealed_row.h"

namespace plugin::store {
namespace {

using namespace Poco::Data::Keywords;

const std::string kEntererColumns = "connection, id, reference, name";

struct EntererRow {
    static constexpr const char* kTable = "statement_typist";

    std::string connection, id, reference, name;

    std::vector<Field> keyFields() { return {{"connection", &connection}, {"id", &id}}; }
    std::vector<Field> sealedFields() { return {{"reference", &reference}, {"name", &name}}; }
    std::vector<Field> hashFields() { return {}; }
    void hash(const Vault& /*vault*/) {}  // found by the statement's id alone

    template <class Self>
    static auto columns(Self& row) {
        return std::tie(row.connection, row.id, row.reference, row.name);
    }
};

}  // namespace

void EntererTable::insert(Poco::Data::Session& session, const std::string& connection,
                          const std::string& id, const Enterer& enterer) {
    if (enterer.reference.empty() && enterer.name.empty()) return;
    EntererRow row{connection, id, enterer.reference, enterer.name};
    seal(row, database_.vault());
    session << "INSERT INTO statement_typist (" + kEntererColumns + ") VALUES (" + parameters(4) +
                   ") ON CONFLICT (connection, id) DO NOTHING",
        use(row), now;
}

std::optional<Enterer> EntererTable::find(const std::string& connection,
                                          const std::string& id) const {
    std::optional<EntererRow> row;
    database_.read([&](Poco::Data::Session& session) {
        auto of = connection;
        auto which = id;
        row = rowOf<EntererRow>((session << "SELECT " + kEntererColumns +
                                                " FROM statement_typist "
                                                "WHERE connection = $1 AND id = $2",
                                 use(of), use(which)));
    });
    if (!row) return std::nullopt;
    open(*row, database_.vault());
    return Enterer{std::move(row->reference), std::move(row->name)};
}

void EntererTable::prune() {
    database_.transaction([&](Poco::Data::Session& session) {
        session << "DELETE FROM statement_typist WHERE NOT EXISTS (SELECT 1 FROM statement "
                   "WHERE statement.connection = statement_typist.connection "
                   "AND statement.id = statement_typist.id)",
            now;
    });
}

std::size_t EntererTable::reseal(Poco::Data::Session& session, const Vault& vault, int limit) {
    return resealSome<EntererRow>(session, vault, kEntererColumns, limit);
}

}  // namespace plugin::store
