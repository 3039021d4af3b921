#include "plugin/cds/card_counter.h"

#include "fhir/base/error.h"
#include "fhir/base/log.h"
#include "plugin/cds/hook.h"

namespace plugin::cds {
namespace {

constexpr std::chrono::seconds kWriteEvery{5};
constexpr std::chrono::minutes kForgetEvery{15};
/// For how long counts, feedback and quiet stays are kept.
constexpr std::chrono::hours kRemembered{24 * 400};

}  // namespace

CardCounter::~CardCounter() {
    write();
}

void CardCounter::add(const std::string& connection, int service, CardKind kind) {
    const auto day = std::chrono::floor<std::chrono::days>(clock_.now()).time_since_epoch().count();
    const auto now = clock_.steady();
    {
        const std::lock_guard lock(mutex_);
        ++counts_[{connection, service, kind, day}];
        if (now < nextWrite_) return;
        nextWrite_ = now + kWriteEvery;
    }
    workers_.run([this] { write(); });
}

void CardCounter::write() {
    std::map<Key, std::int64_t> counts;
    bool isForgetDue = false;
    {
        const std::lock_guard lock(mutex_);
        counts.swap(counts_);
        isForgetDue = clock_.steady() >= nextForget_;
        if (isForgetDue) nextForget_ = clock_.steady() + kForgetEvery;
    }
    std::vector<ShownCards> shown;
    for (const auto& [key, cards] : counts) {
        const auto& [connection, service, kind, day] = key;
        shown.push_back({connection, services().at(static_cast<std::size_t>(service)).id,
                         toString(kind), day, cards});
    }
    try {
        if (!shown.empty()) table_.addShown(shown);
        if (isForgetDue) table_.forget(clock_.now(), kRemembered);
    } catch (const fhir::Error& error) {
        // Counts are worth no answer and no restart: the next write brings them.
        fhir::log::warning("hook: counts could not be written", {{"why", error.what()}});
        const std::lock_guard lock(mutex_);
        for (const auto& [key, cards] : counts) counts_[key] += cards;
    }
}

}  // namespace plugin::cds
