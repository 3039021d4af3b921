#include "plugin/store/backup.h"

#include <Poco/Data/RecordSet.h>
#include <Poco/Data/Session.h>

#include <algorithm>
#include <istream>
#include <ostream>
#include <string>
#include <vector>

#include "fhir/base/error.h"
#include "fhir/base/json.h"
#include "plugin/store/engine/migration.h"
#include "plugin/store/sealing/sealed_row.h"

namespace plugin::store {
namespace {

using fhir::Error;
using fhir::ErrorKind;
using namespace Poco::Data::Keywords;
namespace json = fhir::json;

constexpr const char* kFormat = "whatmatters-backup-1";
constexpr std::size_t kLineBytesMax = 128 * 1024 * 1024;

/// Ours by name, whoever added them. What says which schema this is stands in the first line.
std::vector<std::string> tablesOf(Database& database, Poco::Data::Session& session) {
    std::vector<std::string> tables;
    if (database.engine() == Options::Engine::Sqlite)
        session << "SELECT name FROM sqlite_master WHERE type = 'table' "
                   "AND name NOT LIKE 'sqlite%' ORDER BY name",
            into(tables), now;
    else
        session << "SELECT table_name::text FROM information_schema.tables "
                   "WHERE table_schema = current_schema() ORDER BY table_name",
            into(tables), now;
    std::erase(tables, "schema_migration");
    return tables;
}

bool isOurName(const std::string& name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

std::int64_t writeTable(Poco::Data::Session& session, const std::string& table,
                        std::ostream& output) {
    Poco::Data::Statement query(session);
    query << "SELECT * FROM " + table, limit(1000);
    std::int64_t rows = 0;
    do {
        query.execute();
        Poco::Data::RecordSet records(query);
        for (std::size_t row = 0; row < records.rowCount(); ++row) {
            json::Writer writer;
            writer.beginObject().member("table", table).key("row").beginObject();
            for (std::size_t column = 0; column < records.columnCount(); ++column)
                writer.key(records.columnName(column))
                    .string(records.value(column, row).convert<std::string>());
            output << writer.endObject().endObject().take() << '\n';
            ++rows;
        }
    } while (!query.done());
    return rows;
}

json::Document parse(std::string line) {
    json::Limits limits;
    limits.bytesMax = kLineBytesMax;
    return json::Document::parse(std::move(line), limits);
}

[[noreturn]] void refuse(const std::string& why) {
    throw Error(ErrorKind::InvalidInput, "this is no whole backup: " + why);
}

void insertRow(Poco::Data::Session& session, const std::string& table, const json::Value& row) {
    std::vector<std::string> values;
    std::string columns;
    for (const auto [name, value] : row.object()) {
        const std::string column(name);
        if (!isOurName(column)) refuse("a column has a strange name");
        columns += (columns.empty() ? "" : ", ") + column;
        values.push_back(value.string());
    }
    Poco::Data::Statement insert(session);
    insert << "INSERT INTO " + table + " (" + columns + ") VALUES (" + parameters(values.size()) +
                  ")";
    for (auto& value : values) insert, use(value);
    insert.execute();
}

void requireEmpty(Poco::Data::Session& session) {
    int rows = 0;
    session << "SELECT (SELECT COUNT(*) FROM statement) + (SELECT COUNT(*) FROM outbox) + "
               "(SELECT COUNT(*) FROM companion_resource)",
        into(rows), now;
    if (rows != 0)
        throw Error(ErrorKind::Conflict,
                    "the database holds statements already: restore into a new one");
}

}  // namespace

std::int64_t backUp(Database& database, std::ostream& output) {
    std::int64_t rows = 0;
    database.snapshot([&](Poco::Data::Session& session) {
        json::Writer head;
        head.beginObject()
            .member("format", kFormat)
            .member("schema", static_cast<std::int64_t>(schemaVersion(session)))
            .endObject();
        output << head.take() << '\n';
        for (const auto& table : tablesOf(database, session))
            rows += writeTable(session, table, output);
        output << "{\"rows\":" << rows << "}\n" << std::flush;
    });
    if (!output)
        throw Error(ErrorKind::Internal, "the backup could not be written: see the space there");
    return rows;
}

std::int64_t restore(Database& database, std::istream& input) {
    std::int64_t rows = 0;
    database.transaction([&](Poco::Data::Session& session) {
        requireEmpty(session);
        const auto tables = tablesOf(database, session);
        std::string line;
        if (!std::getline(input, line)) refuse("it is empty");
        const auto head = parse(line);
        if (head.root().findString("format").value_or("") != kFormat) refuse("its first line");
        if (head.root().findInteger("schema").value_or(0) != schemaVersion(session))
            refuse("it is of another schema; restore it with the program that wrote it");
        for (const auto& table : tables) session << "DELETE FROM " + table, now;
        bool isClosed = false;
        while (!isClosed && std::getline(input, line)) {
            const auto document = parse(line);
            if (const auto count = document.root().findInteger("rows")) {
                if (*count != rows) refuse("it says how many rows it has, and has others");
                isClosed = true;
                continue;
            }
            const auto table = document.root().at("table").string();
            if (std::find(tables.begin(), tables.end(), table) == tables.end())
                refuse("it has a table that this program does not know");
            const auto row = document.root().at("row");
            if (table == "data_key" && !database.vault().opensKey(row.at("wrapped").text()))
                throw Error(ErrorKind::InvalidInput,
                            "the backup was made under another master key: set /store/keys, or "
                            "put the key file beside the database, as they were then");
            insertRow(session, table, row);
            ++rows;
        }
        if (!isClosed) refuse("its end is missing");
        if (database.engine() == Options::Engine::PostgreSql) {
            std::int64_t next = 0;
            session << "SELECT setval('outbox_sequence', (SELECT COALESCE(MAX(sequence), 0) + 1 "
                       "FROM outbox), false)",
                into(next), now;
        }
    });
    database.vault().reload();
    return rows;
}

}  // namespace plugin::store
