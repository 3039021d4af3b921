#pragma once

#include <Poco/Data/Session.h>
#include <Poco/Data/TypeHandler.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "fhir/base/clock.h"

/// How the tables' files exchange whole rows with the database library: a row is a struct of plain
/// columns that names them once, in the order of the SQL.
namespace plugin::store {

/// A struct with `template <class Self> static auto columns(Self& row)`, a std::tie of its
/// columns: std::string, int or std::int64_t.
template <class T>
concept Row = requires(T& row) {
    T::columns(row);
};

/// Times in the database: milliseconds since 1970, UTC. 0 is "none".
inline std::int64_t toMilliseconds(fhir::Instant instant) {
    return std::chrono::floor<std::chrono::milliseconds>(instant.time_since_epoch()).count();
}
inline fhir::Instant toInstant(std::int64_t milliseconds) {
    return fhir::Instant(std::chrono::milliseconds(milliseconds));
}

/// An empty text in the database is an absent one.
inline std::optional<std::string> toOptional(std::string text) {
    return text.empty() ? std::nullopt : std::optional(std::move(text));
}

/// The rows that a query gives. `query` is `session << "SELECT …", use(…)` without `now`.
template <Row T>
std::vector<T> rowsOf(Poco::Data::Statement query) {
    std::vector<T> rows;
    query, Poco::Data::Keywords::into(rows), Poco::Data::Keywords::now;
    return rows;
}

template <Row T>
std::optional<T> rowOf(Poco::Data::Statement query) {
    auto rows = rowsOf<T>(std::move(query));
    return rows.empty() ? std::nullopt : std::optional(std::move(rows.front()));
}

}  // namespace plugin::store

namespace Poco::Data {

/// Binds and extracts the columns of a row one after the other.
template <plugin::store::Row T>
class TypeHandler<T> {
public:
    static std::size_t size() { return std::tuple_size_v<decltype(T::columns(example()))>; }
    static void bind(std::size_t position, const T& row, AbstractBinder::Ptr binder,
                     AbstractBinder::Direction direction) {
        each(row, [&](const auto& column) {
            TypeHandler<Plain<decltype(column)>>::bind(position++, column, binder, direction);
        });
    }
    static void prepare(std::size_t position, const T& row, AbstractPreparator::Ptr preparator) {
        each(row, [&](const auto& column) {
            TypeHandler<Plain<decltype(column)>>::prepare(position++, column, preparator);
        });
    }
    static void extract(std::size_t position, T& row, const T& fallback,
                        AbstractExtractor::Ptr extractor) {
        static_cast<void>(fallback);  // only for NULL, which no column is
        each(row, [&](auto& column) {
            using Column = Plain<decltype(column)>;
            TypeHandler<Column>::extract(position++, column, Column(), extractor);
        });
    }

private:
    static T& example();  // never defined: only its type is used
    template <class Self, class Function>
    static void each(Self& row, const Function& function) {
        std::apply([&](auto&... columns) { (function(columns), ...); }, T::columns(row));
    }
    template <class Column>
    using Plain = std::remove_cvref_t<Column>;
};

}  // namespace Poco::Data
