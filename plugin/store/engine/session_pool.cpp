#include "plugin/store/engine/session_pool.h"

#include "fhir/base/error.h"

namespace plugin::store {
namespace {

using fhir::Error;
using fhir::ErrorKind;

constexpr std::chrono::seconds kWaitMax{10};

}  // namespace

Poco::Data::Session SessionPool::take() {
    queue();
    try {
        if (auto session = takeIdle()) return *std::move(session);
        return engine_->open();
    } catch (...) {
        giveBack(nullptr);
        throw;
    }
}

void SessionPool::queue() {
    std::unique_lock lock(mutex_);
    if (taken_ < kSessionsMax) {
        ++taken_;
        return;
    }
    Waiter self;
    waiters_.push_back(&self);
    if (self.free.wait_for(lock, kWaitMax, [&] { return self.isNext; })) return;
    std::erase(waiters_, &self);
    throw Error(ErrorKind::Unavailable,
                "the database is busy: no session became free within 10 seconds",
                fhir::ErrorOrigin::Store);
}

std::optional<Poco::Data::Session> SessionPool::takeIdle() {
    while (true) {
        std::unique_lock lock(mutex_);
        if (idle_.empty()) return std::nullopt;
        auto [session, since] = std::move(idle_.back());
        idle_.pop_back();
        lock.unlock();
        const bool isTrusted = std::chrono::steady_clock::now() - since < kTrustedFor;
        if (isTrusted || engine_->isAlive(session)) return session;
        session.close();
    }
}

void SessionPool::giveBack(const Poco::Data::Session* session) noexcept {
    const std::scoped_lock lock(mutex_);
    if (session != nullptr) idle_.push_back({*session, std::chrono::steady_clock::now()});
    if (waiters_.empty()) {
        --taken_;
        return;
    }
    // Under the lock: who was waiting may leave, and take the place where it waited along.
    waiters_.front()->isNext = true;
    waiters_.front()->free.notify_one();
    waiters_.pop_front();
}

std::size_t SessionPool::waiting() const {
    const std::scoped_lock lock(mutex_);
    return waiters_.size();
}

void SessionPool::with(const std::function<void(Poco::Data::Session&)>& work) {
    try {
        SessionLease lease(*this);
        try {
            work(lease.session());
        } catch (const Error&) {
            throw;  // our own refusal
        } catch (...) {
            lease.invalidate();
            throw;
        }
    } catch (const Poco::Exception& error) {
        throw engine_->translated(error);
    }
}

}  // namespace plugin::store
