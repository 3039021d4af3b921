#include "plugin/cds/card_statistics.h"

#include <tuple>

namespace plugin::cds {
namespace {

constexpr std::int64_t kEnough = 100;

const char* adviceFor(const CardStatistics& one) {
    if (one.shown < kEnough) return "too few to say";
    return one.overridden * 2 >= one.shown ? "consider retiring" : "keep";
}

}  // namespace

std::vector<CardStatistics> cardStatistics(const std::vector<CardCount>& counts) {
    std::map<std::tuple<std::string, std::string, std::string>, CardStatistics> byKind;
    for (const auto& count : counts) {
        auto& one = byKind[{count.connection, count.service, count.kind}];
        one.connection = count.connection;
        one.service = count.service;
        one.kind = count.kind;
        if (count.outcome == "shown") one.shown += count.cards;
        if (count.outcome == "accepted") one.accepted += count.cards;
        if (count.outcome != "overridden") continue;
        one.overridden += count.cards;
        one.reasons[count.reason] += count.cards;
    }
    std::vector<CardStatistics> result;
    for (auto& [key, one] : byKind) {
        one.advice = adviceFor(one);
        result.push_back(std::move(one));
    }
    return result;
}

}  // namespace plugin::cds
