#include "plugin/store/engine/sqlite_session.h"

#include <Poco/Data/DataException.h>
#include <Poco/Data/SQLite/Binder.h>
#include <Poco/Data/SQLite/Extractor.h>
#include <Poco/Data/SQLite/SQLiteException.h>
#include <Poco/Data/SQLite/SessionImpl.h>
#include <Poco/Data/SQLite/Utility.h>
#include <Poco/Data/StatementImpl.h>
#include <sqlite3.h>

#include <algorithm>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace plugin::store {
namespace {

namespace sqlite = Poco::Data::SQLite;

struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};
using Prepared = std::unique_ptr<sqlite3_stmt, Finalize>;

/// Prepared statements of one connection that nobody runs at the moment, by their text.
class StatementCache {
public:
    /// More than there are different texts in the files of the tables, some 10 KiB each.
    static constexpr std::size_t kMost = 250;

    /// Those that do their work while they are prepared (PRAGMA), or change what others mean, are
    /// not kept.
    static bool isWorthKeeping(std::string_view sql) {
        return std::ranges::any_of(kCached, [&](auto word) { return sql.starts_with(word); });
    }

    Prepared take(const std::string& sql) {
        auto found = idle_.extract(sql);
        return found.empty() ? nullptr : std::move(found.mapped());
    }

    void giveBack(std::string sql, Prepared statement) {
        if (isClosed_ || !isWorthKeeping(sql)) return;
        sqlite3_reset(statement.get());           // a reader no longer holds what it reads
        sqlite3_clear_bindings(statement.get());  // nor what it was asked
        if (idle_.size() >= kMost) idle_.erase(idle_.begin());
        idle_.emplace(std::move(sql), std::move(statement));
    }

    /// Before the connection is closed, which prepared statements would keep open.
    void close() noexcept {
        isClosed_ = true;
        idle_.clear();
    }

private:
    static constexpr std::string_view kCached[] = {"SELECT", "INSERT",    "UPDATE", "DELETE",
                                                   "WITH",   "BEGIN",     "COMMIT", "ROLLBACK",
                                                   "END",    "SAVEPOINT", "RELEASE"};

    std::unordered_map<std::string, Prepared> idle_;
    bool isClosed_ = false;
};

/// One statement: what Poco's own does (Poco/Data/SQLite/SQLiteStatementImpl.h), for one command
/// at a time, prepared by whoever came first.
class PreparedStatement final : public Poco::Data::StatementImpl {
public:
    PreparedStatement(Poco::Data::SessionImpl& session, sqlite3* connection, StatementCache& cache)
        : StatementImpl(session), connection_(connection), cache_(cache) {}

    ~PreparedStatement() override {
        binder_ = nullptr;
        extractor_ = nullptr;
        if (prepared_) cache_.giveBack(std::move(sql_), std::move(prepared_));
    }

protected:
    bool canCompile() const override { return !prepared_; }

    void compileImpl() override {
        if (prepared_) return;
        sql_ = toString();
        prepared_ = cache_.take(sql_);
        if (!prepared_) prepare();
        binder_ = new sqlite::Binder(prepared_.get());
        extractor_ = new sqlite::Extractor(prepared_.get());
    }

    std::size_t columnsReturned() const override {
        return static_cast<std::size_t>(sqlite3_column_count(prepared_.get()));
    }

    const Poco::Data::MetaColumn& metaColumn(std::size_t position) const override {
        if (columns_.empty())
            for (std::size_t i = 0; i < columnsReturned(); ++i)
                columns_.emplace_back(i, sqlite3_column_name(prepared_.get(), static_cast<int>(i)),
                                      sqlite::Utility::getColumnType(prepared_.get(), i));
        return columns_.at(position);
    }

    bool canBind() const override { return false; }  // no statement is run for a row of values each

    void bindImpl() override {
        sqlite3_reset(prepared_.get());
        hasStepped_ = false;
        std::size_t position = 1;
        for (auto& binding : bindings()) {
            binding->bind(position);
            position += binding->numOfColumnsHandled();
        }
        const auto wanted = sqlite3_bind_parameter_count(prepared_.get());
        if (position != static_cast<std::size_t>(wanted) + 1)
            throw sqlite::ParameterCountMismatchException();
    }

    bool hasNext() override {
        if (!hasStepped_) step();
        return isRow_;
    }

    std::size_t next() override {
        if (!hasNext()) throw Poco::Data::NoDataException("no further row");
        extractor_->reset();
        std::size_t position = 0;
        for (auto& extraction : extractions()) {
            extraction->extract(position);
            position += extraction->numOfColumnsHandled();
        }
        hasStepped_ = false;
        return 1;
    }

    int affectedRowCount() const override {
        return sqlite3_stmt_readonly(prepared_.get()) != 0 ? 0 : sqlite3_changes(connection_);
    }

    Poco::Data::AbstractExtraction::ExtractorPtr extractor() override { return extractor_; }
    Poco::Data::AbstractBinding::BinderPtr binder() override { return binder_; }

private:
    void prepare() {
        const auto flags = StatementCache::isWorthKeeping(sql_) ? SQLITE_PREPARE_PERSISTENT : 0;
        sqlite3_stmt* statement = nullptr;
        const char* rest = nullptr;
        const auto code = sqlite3_prepare_v3(connection_, sql_.c_str(), -1,
                                             static_cast<unsigned>(flags), &statement, &rest);
        prepared_.reset(statement);
        if (code != SQLITE_OK) sqlite::Utility::throwException(connection_, code);
        if (!prepared_ || std::string_view(rest).find_first_not_of(" \n") != std::string_view::npos)
            throw Poco::Data::DataException("not one command, but none or several");
    }

    void step() {
        const auto code = sqlite3_step(prepared_.get());
        hasStepped_ = true;
        isRow_ = code == SQLITE_ROW;
        if (code != SQLITE_ROW && code != SQLITE_DONE) {
            isRow_ = false;
            sqlite::Utility::throwException(connection_, code);
        }
    }

    sqlite3* const connection_;
    StatementCache& cache_;
    std::string sql_;
    Prepared prepared_;
    Poco::SharedPtr<sqlite::Binder> binder_;
    Poco::SharedPtr<sqlite::Extractor> extractor_;
    mutable std::vector<Poco::Data::MetaColumn> columns_;
    bool hasStepped_ = false;
    bool isRow_ = false;
};

class Session final : public sqlite::SessionImpl {
public:
    explicit Session(const std::string& file)
        : SessionImpl(file), connection_(Poco::AnyCast<sqlite3*>(getProperty("handle"))) {}
    ~Session() override { cache_.close(); }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    Poco::SharedPtr<Poco::Data::StatementImpl> createStatementImpl() override {
        return new PreparedStatement(*this, connection_, cache_);
    }

    void close() override {
        cache_.close();
        SessionImpl::close();
    }

private:
    sqlite3* const connection_;
    StatementCache cache_;
};

}  // namespace

Poco::Data::Session openSqliteSession(const std::string& file) {
    return Poco::Data::Session(Poco::AutoPtr<Poco::Data::SessionImpl>(new Session(file)));
}

}  // namespace plugin::store
