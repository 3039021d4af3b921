#pragma once

#include <map>
#include <set>
#include <string>

#include "adapters/adapter.h"
#include "adapters/simulator/simulator.h"
#include "plugin/store/tables/outbox_table.h"

namespace faults {

/// What people were told: ids of statements that were saved, and of those that were taken back.
struct Promised {
    const std::set<std::string>& acknowledged;
    const std::set<std::string>& withdrawn;
    /// Entries that were dead letters for a while: these delay no other entry, and keep no order.
    std::set<std::string> deadLetters{};
};

/// The companion server; empty if our own store is the companion.
struct MemoryCompanion {
    const adapters::Adapter* adapter = nullptr;
    adapters::simulator::Simulator* server = nullptr;
};

/// Compares what was promised with the simulator's own record, the chart, the companion and what a
/// page would show, once nothing waits any more.
class Verdict {
public:
    Verdict(plugin::store::Database& database, adapters::simulator::Simulator& ehr,
            const adapters::Adapter& adapter, Promised promised, MemoryCompanion storage = {})
        : database_(database),
          ehr_(ehr),
          adapter_(adapter),
          promised_(promised),
          companion_(storage) {}

    /// Returns what is wrong; "" if every promise held.
    std::string judge(fhir::Instant now);

private:
    std::string statusInChart(const std::string& location);
    std::string judgeEntry(const plugin::store::OutboxEntry& entry);
    /// The status of what the companion holds of an entry; "" if it holds nothing.
    std::string statusKept(const std::string& entry);
    std::string judgeWithdrawn(const plugin::store::OutboxEntry& entry, const std::string& kept,
                               std::size_t created);
    std::string judgeOrder();
    std::string judgeRecord(fhir::Instant now);

    plugin::store::Database& database_;
    adapters::simulator::Simulator& ehr_;
    const adapters::Adapter& adapter_;
    Promised promised_;
    MemoryCompanion companion_;
    std::map<std::string, adapters::simulator::Write> inChart_;
    std::map<std::string, std::string> onShelf_;  ///< status by identifier
};

}  // namespace faults
