#include "adapters/simulator/faults.h"

#include <charconv>
#include <optional>

#include "fhir/base/error.h"

namespace adapters::simulator {
namespace {

constexpr int kDelayMsMax = 60'000;
constexpr int kMillion = 1'000'000;

[[noreturn]] void refuseSpec(std::string_view spec, const std::string& why) {
    throw fhir::Error(
        fhir::ErrorKind::InvalidInput,
        "fault \"" + std::string(spec) + "\": " + why +
            "; a fault is one of reply-lost:P closed:P truncate:P empty:P delay-ms:N:P "
            "status-NNN:P "
            "token-expired:P html:P, where P is how many of all requests, from 0 to 1");
}

template <class Number>
std::optional<Number> read(std::string_view text) {
    Number number{};
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || fault != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

Fault::Kind kindOf(std::string_view spec, std::string_view name) {
    using Kind = Fault::Kind;
    static constexpr std::pair<std::string_view, Kind> kNames[] = {
        {"reply-lost", Kind::ReplyLost},       {"closed", Kind::Closed},
        {"truncate", Kind::Truncated},         {"empty", Kind::Empty},
        {"delay-ms", Kind::Delayed},           {"html", Kind::Html},
        {"token-expired", Kind::TokenExpired},
    };
    if (name.starts_with("status-")) return Kind::Status;
    for (const auto& [known, kind] : kNames)
        if (known == name) return kind;
    refuseSpec(spec, "there is no fault of that name");
}

}  // namespace

Fault Fault::parse(std::string_view spec) {
    const auto colon = spec.find(':');
    const auto name = spec.substr(0, colon);
    auto rest = colon == std::string_view::npos ? std::string_view() : spec.substr(colon + 1);
    Fault fault;
    fault.kind = kindOf(spec, name);
    if (fault.kind == Kind::Status) {
        fault.status = read<int>(name.substr(std::string_view("status-").size())).value_or(0);
        if (fault.status < 400 || fault.status > 599)
            refuseSpec(spec, "a status must be from 400 to 599");
    }
    if (fault.kind == Kind::Delayed) {
        const auto second = rest.find(':');
        const auto delay = read<int>(rest.substr(0, second)).value_or(0);
        if (delay < 1 || delay > kDelayMsMax)
            refuseSpec(spec, "a delay must be from 1 to 60000 ms");
        fault.delay = std::chrono::milliseconds(delay);
        rest = second == std::string_view::npos ? std::string_view() : rest.substr(second + 1);
    }
    const auto probability = read<double>(rest);
    if (!probability || !(*probability >= 0 && *probability <= 1))
        refuseSpec(spec, "after the last colon must stand a number from 0 to 1");
    fault.probability = *probability;
    return fault;
}

Mishap Faults::next() {
    const std::lock_guard lock(mutex_);
    Mishap mishap;
    for (const auto& fault : faults_) {
        // Drawn for every fault and request, so that each request uses up as many numbers.
        const bool happens = chance_.between(0, kMillion - 1) < fault.probability * kMillion;
        if (!happens) continue;
        if (fault.kind == Fault::Kind::Delayed)
            mishap.delay += fault.delay;
        else if (!mishap.failure)
            mishap.failure = fault;
    }
    return mishap;
}

void Faults::become(std::vector<Fault> faults) {
    const std::lock_guard lock(mutex_);
    faults_ = std::move(faults);
}

}  // namespace adapters::simulator
