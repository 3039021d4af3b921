#include "tests/faults/ward_list.h"

#include "plugin/outbox/capture.h"
#include "plugin/records/projection.h"
#include "plugin/store/tables/outbox_table.h"
#include "plugin/store/tables/ward_table.h"

namespace faults {

std::string WardList::whatVanished(const std::set<std::string>& leaving,
                                   const adapters::Adapter& ehr) {
    if (!plugin::store::WardTable(database_).state(connection_, unit_).problems.empty()) return {};
    const auto listed = statements(ehr);
    for (const auto& id : seen_)
        if (leaving.count(id) == 0 && listed.count(id) == 0)
            return id + " was on the list of the ward, and is not any more";
    seen_.insert(listed.begin(), listed.end());
    return {};
}

std::string WardList::whatIsMissing(const std::set<std::string>& statements,
                                    const std::set<std::string>& leaving,
                                    const adapters::Adapter& ehr) const {
    const auto listed = this->statements(ehr);
    const plugin::store::OutboxTable table(database_);
    for (const auto& id : statements) {
        const auto entry = table.find(plugin::outbox::entryId(id));
        const bool isInEhr = entry && entry->route == "observation";
        if (isInEhr && leaving.count(id) == 0 && listed.count(id) == 0)
            return id + " is in the EHR, and not on the list of the ward";
    }
    return {};
}

std::set<std::string> WardList::statements(const adapters::Adapter& ehr) const {
    std::set<std::string> ids;
    for (const auto& row : plugin::store::WardTable(database_).rows(connection_, unit_))
        for (const auto& statement : plugin::records::statementsOf(row, ehr))
            ids.insert(statement.id);
    return ids;
}

}  // namespace faults
