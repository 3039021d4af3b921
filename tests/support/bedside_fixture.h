#pragma once

#include <memory>

#include "adapters/adapter.h"
#include "adapters/simulator/simulator.h"
#include "plugin/outbox/capture.h"
#include "plugin/outbox/delivery.h"
#include "plugin/outbox/sender.h"
#include "tests/support/statements.h"
#include "tests/support/store_fixture.h"

namespace test {

namespace outbox = plugin::outbox;
namespace store = plugin::store;
namespace domain = plugin::domain;

/// The simulator behind a network that can lose the answer to a write, after it was carried out.
class LossyNetwork : public fhir::http::Transport {
public:
    explicit LossyNetwork(fhir::http::Transport& ehr) : ehr_(ehr) {}
    fhir::http::Response send(const fhir::http::Request& request,
                              fhir::Deadline deadline) override {
        if (before) before(request);
        auto response = ehr_.send(request, deadline);
        if (request.method == "GET") return response;
        ++(request.method == "POST" ? creates : updates);
        if (answersToLose-- > 0)
            throw fhir::Error(fhir::ErrorKind::Unavailable, "the answer was lost");
        return response;
    }
    int answersToLose = 0;
    int creates = 0;
    int updates = 0;
    std::function<void(const fhir::http::Request&)> before;  ///< called first

private:
    fhir::http::Transport& ehr_;
};

inline fhir::ClientOptions bedsideOptions() {
    fhir::ClientOptions options;
    options.base = fhir::Url::parse("http://127.0.0.1:8081/fhir");
    return options;
}

/// From the bedside into the chart: the real tables, sender, ladder and simulator.
struct Bedside : test::Store {
    explicit Bedside(const std::function<void(adapters::Profile&)>& change = {})
        : adapter(adapters::makeAdapter(profile(change), fhir::Client(network, bedsideOptions()))) {
    }

    static adapters::Profile profile(const std::function<void(adapters::Profile&)>& change) {
        auto result = adapters::vendorProfile("generic");
        if (change) change(result);
        return result;
    }
    outbox::Sender::Options options() {
        outbox::Sender::Options result;
        result.clock.now = [this] { return now; };
        result.report = [](const outbox::SendReport&) {};
        return result;
    }
    store::StatementTable::Inserted capture(const domain::Statement& statement) {
        return outbox::captureStatement(database, "general", statement, false, now);
    }
    store::OutboxEntry entry(const domain::Statement& statement) {
        return *store::OutboxTable(database).find(outbox::entryId(statement.id));
    }
    /// How many statements of ours the patient's chart holds.
    int inChart(const domain::Statement& statement) {
        int count = 0;
        for (const auto& one : adapter->statements({statement.patient}).observations)
            for (const auto& identifier : one.identifier)
                if (identifier.value == statement.id) ++count;
        return count;
    }
    /// What the patient who is on the simulated ward says.
    domain::Statement spoken() {
        auto statement = test::statement();
        adapters::WorklistQuery query;
        query.source = "encounter-search";
        query.location = ehr.ward().location;
        const auto ward = adapter->worklist(query);
        REQUIRE_FALSE(ward.stays.empty());
        statement.patient = ward.stays.front().patient.id;
        return statement;
    }

    fhir::Instant now = test::kToday;
    adapters::simulator::Simulator ehr{{.base = fhir::Url::parse("http://127.0.0.1:8081/fhir"),
                                        .patients = 4,
                                        .seed = 1,
                                        .clock = {}}};
    LossyNetwork network{ehr};
    std::unique_ptr<adapters::Adapter> adapter;
    outbox::Sender sender{database,
                          [this](const store::OutboxEntry& one, fhir::Deadline deadline) {
                              return outbox::deliver(*adapter, adapter->profile().routes, database,
                                                     one, deadline);
                          },
                          options()};
};

}  // namespace test
