#pragma once

#include <set>
#include <string>

#include "adapters/adapter.h"
#include "plugin/store/database.h"

namespace faults {

/// The list of a ward as people see it, over time.
class WardList {
public:
    WardList(plugin::store::Database& database, std::string connection, std::string unit)
        : database_(database), connection_(std::move(connection)), unit_(std::move(unit)) {}

    /// Reads the list. Says what was on it once and is not any more, except `leaving`; "" if
    /// nothing, or if the list itself says that something could not be read.
    std::string whatVanished(const std::set<std::string>& leaving, const adapters::Adapter& ehr);
    /// Says which of these is in the EHR and not on the list, except `leaving`; "" if none.
    std::string whatIsMissing(const std::set<std::string>& statements,
                              const std::set<std::string>& leaving,
                              const adapters::Adapter& ehr) const;

private:
    std::set<std::string> statements(const adapters::Adapter& ehr) const;

    plugin::store::Database& database_;
    const std::string connection_, unit_;
    std::set<std::string> seen_;
};

}  // namespace faults
