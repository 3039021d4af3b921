#pragma once

#include <functional>
#include <string>
#include <vector>

#include "adapters/adapter.h"
#include "plugin/store/tables/ward_table.h"

namespace plugin::sync {

/// A unit read from the EHR, as rows of the projection.
struct WardRead {
    std::vector<store::WardRow> rows;
    std::vector<fhir::Issue> problems;  ///< what could not be read, without patient data
    /// Ids of patient records that, as the EHR says, were merged into those of patients of the
    /// unit.
    std::vector<std::string> replaced{};

    std::vector<std::string> problemTexts() const;
    /// What the problems are about, counted, without ids and for the log:
    /// "Encounter: 1, Observation /issued: 2, other: 1".
    std::string problemKinds() const;
};

/// Gives the rows of the last reading of a unit, if anybody wants them.
using HeldRows = std::function<std::vector<store::WardRow>()>;

/// Reads the unit's stays and what matters to each patient at `now` from the EHR, and what a
/// companion server holds about them, if there is one. One who cannot be read is a problem line,
/// and is shown as in the `held` rows if the EHR was away for them. Throws as the adapter.
WardRead readWard(const adapters::Adapter& adapter, const adapters::WorklistQuery& query,
                  fhir::Instant now, const adapters::Adapter* companion = nullptr,
                  const HeldRows& held = {});

}  // namespace plugin::sync
