#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace faults {

/// The scheduler of the simulation: runs exactly one of its actors at any time. Each has a thread
/// of its own and lets others run at every `yield`; the seed decides which one goes on, so that the
/// same seed plays the same history.
class Stage {
public:
    explicit Stage(std::uint64_t seed) : chance_(seed) {}
    ~Stage() {
        for (auto& actor : actors_)
            if (actor->thread.joinable()) actor->thread.join();
    }
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;

    /// A random number from 0 to `most` - 1.
    std::uint64_t draw(std::uint64_t most) { return chance_() % most; }
    bool happens(double probability) {
        return static_cast<double>(draw(1'000'000)) < probability * 1'000'000;
    }

    void add(std::string name, std::function<void()> play) {
        actors_.push_back(std::make_unique<Actor>());
        actors_.back()->name = std::move(name);
        actors_.back()->play = std::move(play);
    }

    /// Plays until every actor has ended. Calls `between` before each turn. Rethrows the first
    /// exception that an actor ended in.
    void run(const std::function<void()>& between) {
        for (auto& actor : actors_)
            actor->thread = std::thread([this, one = actor.get()] { live(*one); });
        while (true) {
            std::vector<Actor*> alive;
            for (auto& actor : actors_)
                if (!actor->isDone) alive.push_back(actor.get());
            if (alive.empty()) break;
            between();
            pass(alive[draw(alive.size())]);
        }
        for (auto& actor : actors_)
            if (actor->failure) std::rethrow_exception(actor->failure);
    }

    /// Called by the actor on stage: others play, then it goes on.
    void yield() { pass(nullptr); }

    const std::string& onStage() const { return current_->name; }

private:
    struct Actor {
        std::string name;
        std::function<void()> play;
        std::thread thread;
        bool isDone = false;
        std::exception_ptr failure;
    };

    void live(Actor& actor) {
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [&] { return turn_ == &actor; });
        }
        try {
            actor.play();
        } catch (...) {
            actor.failure = std::current_exception();
        }
        const std::scoped_lock lock(mutex_);
        actor.isDone = true;
        turn_ = nullptr;
        changed_.notify_all();
    }

    /// Gives the stage to an actor, or back to `run`, and waits for it to come back.
    void pass(Actor* next) {
        std::unique_lock lock(mutex_);
        auto* const self = turn_;
        if (next != nullptr) current_ = next;
        turn_ = next;
        changed_.notify_all();
        changed_.wait(lock, [&] { return turn_ == self; });
    }

    std::mt19937_64 chance_;
    std::mutex mutex_;
    std::condition_variable changed_;
    Actor* turn_ = nullptr;     ///< who may run; nullptr: `run`
    Actor* current_ = nullptr;  ///< the last actor on stage
    std::vector<std::unique_ptr<Actor>> actors_;
};

}  // namespace faults
