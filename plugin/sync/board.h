#pragma once

#include <string>
#include <vector>

#include "adapters/adapter.h"
#include "plugin/store/tables/ward_table.h"

namespace plugin::sync {

/// A unit read from the EHR, as rows of the projection.
struct WardRead {
    std::vector<store::WardRow> rows;
    std::vector<std::string> problems;  ///< what could not be read, without patient data
    /// Ids of patient records that, as the EHR says, were merged into those of patients of the
    /// unit.
    std::vector<std::string> replaced{};
};

/// Reads the unit's stays and what matters to each patient from the EHR, and what a companion
/// server holds about them, if there is one. Throws as the adapter.
WardRead readWard(const adapters::Adapter& adapter, const adapters::WorklistQuery& query,
                  const adapters::Adapter* companion = nullptr);

}  // namespace plugin::sync
