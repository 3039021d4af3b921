#pragma once

#include <vector>

#include "adapters/adapter.h"
#include "plugin/domain/freshness.h"
#include "plugin/domain/statement.h"
#include "plugin/store/tables/ward_table.h"

/// Between the rows of the projection, the EHR's resources and the domain's values.
namespace plugin::records {

/// Makes the row of a stay at `now`, without its statements.
store::WardRow rowOf(const adapters::Stay& stay, fhir::Instant now);

/// Writes one statement of a row: what others wrote as the server sent it; what was made from
/// another form, or is kept on a companion, as that Observation. Returns false and writes nothing
/// if it can be written in neither way.
bool writeStatement(fhir::json::Writer& writer, const fhir::Observation& observation,
                    const adapters::Sent& sent = {});

/// The row's statements as the EHR held them when it was read.
std::vector<domain::Statement> statementsOf(const store::WardRow& row,
                                            const adapters::Adapter& ehr);

/// The stay that a row's words are judged in.
domain::StayContext stayOf(const store::WardRow& row);

/// Observations as statements; what says nothing is left out.
std::vector<domain::Statement> toStatements(const std::vector<fhir::Observation>& observations);
/// What was found in a chart as statements, each with the resource as it was sent.
std::vector<domain::Statement> toStatements(const adapters::FoundStatements& found);

}  // namespace plugin::records
