#pragma once

#include <set>
#include <string>

#include "plugin/store/database.h"

namespace faults {

/// The list of a ward as people see it, over time.
class WardList {
public:
    WardList(plugin::store::Database& database, std::string connection, std::string unit)
        : database_(database), connection_(std::move(connection)), unit_(std::move(unit)) {}

    /// Looks at the list. What was on it once and is not any more, but for those that are leaving,
    /// in words; "" where there is nothing of the kind, or the list itself says that something
    /// could not be read: then a hole is no secret.
    std::string whatVanished(const std::set<std::string>& leaving);
    /// What is in the EHR of these, and not on the list, but for those that are leaving; "" where
    /// there is nothing of the kind.
    std::string whatIsMissing(const std::set<std::string>& statements,
                              const std::set<std::string>& leaving) const;

private:
    std::set<std::string> statements() const;

    plugin::store::Database& database_;
    const std::string connection_, unit_;
    std::set<std::string> seen_;
};

}  // namespace faults
