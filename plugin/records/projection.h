#pragma once

#include <vector>

#include "adapters/adapter.h"
#include "plugin/domain/freshness.h"
#include "plugin/domain/statement.h"
#include "plugin/store/tables/ward_table.h"

/// Between the rows of the projection, the EHR's resources and the domain's values.
namespace plugin::records {

/// Makes the row of a stay, without its statements.
store::WardRow rowOf(const adapters::Stay& stay);

/// The row's statements as the EHR held them when it was read.
std::vector<domain::Statement> statementsOf(const store::WardRow& row);

/// The stay that a row's words are judged in.
domain::StayContext stayOf(const store::WardRow& row);
domain::StayContext stayOf(const fhir::Encounter& encounter);

/// Observations as statements; what says nothing is left out.
std::vector<domain::Statement> toStatements(const std::vector<fhir::Observation>& observations);
/// What was found in a chart as statements, each with the resource as it was sent.
std::vector<domain::Statement> toStatements(const adapters::FoundStatements& found);

}  // namespace plugin::records
