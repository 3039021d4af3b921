#pragma once

#include <string>
#include <vector>

#include "adapters/adapter.h"
#include "fhir/base/json.h"
#include "plugin/domain/summary.h"
#include "plugin/store/ward_table.h"

namespace plugin::sync {

/// A unit read from the EHR, as rows of the projection.
struct WardRead {
    std::vector<store::WardRow> rows;
    std::vector<std::string> problems;  ///< what could not be read, without patient data
    /// Patient ids whose place, they say, patients of the unit have taken.
    std::vector<std::string> replaced{};
};

/// Reads the unit's stays and what matters to each patient from the EHR, and what a companion
/// server holds about them, where there is one. Throws as the adapter.
WardRead readWard(const adapters::Adapter& adapter, const adapters::WorklistQuery& query,
                  const adapters::Adapter* companion = nullptr);

/// The row's statements as the EHR held them when it was read.
std::vector<domain::Statement> statementsOf(const store::WardRow& row);

/// The stay that a row's words are judged in.
domain::StayContext stayOf(const store::WardRow& row);
domain::StayContext stayOf(const fhir::Encounter& encounter);

/// Observations as statements; what says nothing is left out.
std::vector<domain::Statement> toStatements(const std::vector<fhir::Observation>& observations);

/// Writes the object `{"text","aspect","said","by","byName","language","kept","freshness",
/// "reason"}`. Words that are kept to the care team are left out of it: a list is read over
/// shoulders.
void writeWhatMatters(fhir::json::Writer& writer, const domain::Summary& summary);

}  // namespace plugin::sync
