#pragma once

#include <string>
#include <vector>

#include "plugin/store/engine/row.h"
#include "plugin/store/sealing/vault.h"

/// Rows whose columns about patients are sealed in the database.
namespace plugin::store {

/// A column of a row: its name, and its text in the row at hand.
struct Field {
    const char* name;
    std::string* text;
};

/// A Row that says which of its columns are sealed, and which ones identify it. `hash` computes the
/// searched columns from the open texts.
template <class T>
concept SealedRow = Row<T> && requires(T& row, const Vault& vault) {
    T::kTable;
    row.keyFields();
    row.sealedFields();
    row.hashFields();
    row.hash(vault);
};

template <SealedRow T>
std::string placeOf(T& row, const char* column) {
    auto place = std::string(T::kTable) + "/" + column;
    for (const auto& field : row.keyFields()) place += "/" + *field.text;
    return place;
}

template <SealedRow T>
void seal(T& row, const Vault& vault) {
    row.hash(vault);
    for (const auto& field : row.sealedFields())
        *field.text = vault.seal(*field.text, placeOf(row, field.name));
}

template <SealedRow T>
void open(T& row, const Vault& vault) {
    for (const auto& field : row.sealedFields())
        *field.text = vault.open(*field.text, placeOf(row, field.name));
}

/// "$3, $4, $5": placeholders for `count` values, from number `first`.
inline std::string parameters(std::size_t count, std::size_t first = 1) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i)
        text += (i == 0 ? "$" : ", $") + std::to_string(first + i);
    return text;
}

/// Seals again, with the current data key, up to `limit` rows that an older key sealed, or none
/// (rows from before there were keys). Leaves a row alone that another writer changes meanwhile.
/// Returns how many rows it found.
template <SealedRow T>
std::size_t resealSome(Poco::Data::Session& session, const Vault& vault, const std::string& columns,
                       int limit) {
    using namespace Poco::Data::Keywords;
    T names;
    auto current = vault.currentMark();
    std::string stale;
    for (const auto& field : names.sealedFields())
        stale += std::string(stale.empty() ? "" : " OR ") + "(" + field.name +
                 " <> '' AND substr(" + field.name + ", 1, " + std::to_string(current.size()) +
                 ") <> $1)";
    auto rows = rowsOf<T>(
        (session << "SELECT " + columns + " FROM " + T::kTable + " WHERE " + stale + " LIMIT $2",
         use(current), use(limit)));
    for (auto& row : rows) {
        auto before = row;
        bool isPlain = false;
        for (const auto& field : row.sealedFields()) {
            if (field.text->empty()) continue;
            if (Cipher::keyOf(*field.text).empty())
                isPlain = true;
            else
                *field.text = vault.open(*field.text, placeOf(row, field.name));
        }
        if (isPlain) row.hash(vault);
        for (const auto& field : row.sealedFields())
            *field.text = vault.seal(*field.text, placeOf(row, field.name));
        std::string set;
        std::string where;
        std::size_t number = 0;
        Poco::Data::Statement update(session);
        std::vector<std::string*> values;
        const auto add = [&](std::string& text, const Field& field, const char* between) {
            text += std::string(text.empty() ? "" : between) + field.name + " = $" +
                    std::to_string(++number);
            values.push_back(field.text);
        };
        for (const auto& field : row.sealedFields()) add(set, field, ", ");
        for (const auto& field : row.hashFields()) add(set, field, ", ");
        for (const auto& field : before.keyFields()) add(where, field, " AND ");
        for (const auto& field : before.sealedFields()) add(where, field, " AND ");
        update << std::string("UPDATE ") + T::kTable + " SET " + set + " WHERE " + where;
        for (auto* value : values) update, use(*value);
        update.execute();
    }
    return rows.size();
}

}  // namespace plugin::store
