#include "fhir/client/remarks.h"

#include "fhir/base/log.h"

namespace fhir {
namespace {

constexpr std::chrono::hours kSilence{1};
constexpr std::size_t kRemembered = 200;

}  // namespace

void Remarks::tell(const std::string& step, const std::string& codes, Deadline now) {
    ++count_;
    {
        const std::lock_guard lock(mutex_);
        if (told_.size() >= kRemembered) told_.clear();
        auto& until = told_.try_emplace(step + ": " + codes, Deadline::min()).first->second;
        if (now < until) return;
        until = now + kSilence;
    }
    log::info("a server remarked", {{"step", step}, {"codes", codes}});
}

}  // namespace fhir
