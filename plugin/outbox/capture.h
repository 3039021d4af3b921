#pragma once

#include <string>

#include "plugin/domain/statement.h"
#include "plugin/domain/team_flag.h"
#include "plugin/store/outbox_table.h"
#include "plugin/store/statement_table.h"

namespace plugin::outbox {

/// Writes down a statement and its way into the EHR in one transaction: when this returns, both
/// are on disk. The same statement again changes nothing and returns Same; other content under
/// the same id changes nothing and returns Different.
/// Throws Error{InvalidInput} where the statement has a fault; `domain::faults` lists them all.
store::StatementTable::Inserted captureStatement(store::Database& database,
                                                 const std::string& connection,
                                                 const domain::Statement& statement,
                                                 bool withPcoCategory, fhir::Instant now);

/// Puts a team flag on its way. False where this flag is on its way already.
/// Throws Error{InvalidInput} where its subject is no team.
bool raiseFlag(store::Database& database, const std::string& connection,
               const domain::TeamFlag& flag, fhir::Instant now);

/// "3f0c…" from "urn:uuid:3f0c…": the id of the outbox entry of a statement or flag.
std::string entryId(std::string_view urn);

}  // namespace plugin::outbox
