#pragma once

#include <catch2/catch.hpp>
#include <chrono>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "plugin/outbox/sender.h"
#include "tests/support/store_fixture.h"

namespace test {

/// A sender whose EHR answers as the script says, at a time that the test sets.
struct ScriptedSender : Store {
    using Answer = std::function<plugin::outbox::DeliveryResult(const plugin::store::OutboxEntry&)>;

    explicit ScriptedSender(const std::vector<plugin::store::OutboxEntry>& entries) {
        for (const auto& one : entries) REQUIRE(insert(database, one));
    }

    plugin::outbox::Sender::Options options() {
        plugin::outbox::Sender::Options result;
        result.clock.now = [this] { return now; };
        result.clock.steady = [this] { return fhir::Deadline(now.time_since_epoch()); };
        result.chance = [] { return 0.5; };
        result.report = [this](const plugin::outbox::SendReport& report) {
            reports.push_back(report);
        };
        return result;
    }
    plugin::outbox::DeliveryResult answer(const plugin::store::OutboxEntry& one) {
        sent.push_back(one);
        REQUIRE_FALSE(script.empty());
        const auto next = script.front();
        script.pop_front();
        return next(one);
    }
    plugin::store::OutboxEntry at(const std::string& id) { return *table.find(id); }

    fhir::Instant now = kNoon;
    std::deque<Answer> script;
    std::vector<plugin::store::OutboxEntry> sent;
    std::vector<plugin::outbox::SendReport> reports;
    plugin::store::OutboxTable table{database};
    plugin::outbox::Sender sender{
        database,
        [this](const plugin::store::OutboxEntry& one, fhir::Deadline) { return answer(one); },
        options()};
};

inline ScriptedSender::Answer fails(fhir::ErrorKind kind, const char* what,
                                    std::optional<std::chrono::milliseconds> retryAfter = {},
                                    int status = 0) {
    return [=](const plugin::store::OutboxEntry&) -> plugin::outbox::DeliveryResult {
        throw fhir::Error(kind, what).withRetryAfter(retryAfter).withStatus(status);
    };
}

}  // namespace test
