#pragma once

#include <Poco/Data/Session.h>
#include <Poco/Exception.h>

#include "plugin/store/engine/engine.h"

namespace plugin::store {

/// A transaction of one session; undone unless it was committed.
class Transaction {
public:
    enum class Kind { Write, Snapshot };

    Transaction(const Engine& engine, Poco::Data::Session& session, Kind kind = Kind::Write)
        : session_(session) {
        kind == Kind::Write ? engine.begin(session) : engine.beginSnapshot(session);
    }
    ~Transaction() {
        if (isCommitted_) return;
        try {
            session_ << "ROLLBACK", Poco::Data::Keywords::now;
        } catch (const Poco::Exception&) {
            // It was rolled back already (disk full) or the session is unusable; in both cases
            // nothing of the transaction stays once the session is closed.
            session_.close();
        }
    }
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    void commit() {
        session_ << "COMMIT", Poco::Data::Keywords::now;
        isCommitted_ = true;
    }

private:
    Poco::Data::Session& session_;
    bool isCommitted_ = false;
};

}  // namespace plugin::store
