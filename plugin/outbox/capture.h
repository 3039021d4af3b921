#pragma once

#include <string>

#include "plugin/audit/entry.h"
#include "plugin/domain/statement.h"
#include "plugin/domain/team_flag.h"
#include "plugin/store/tables/outbox_table.h"
#include "plugin/store/tables/statement_table.h"

namespace plugin::outbox {

/// Writes down a statement and its way into the EHR in one transaction: when this returns, both
/// are on disk. The same statement again changes nothing and returns Same; other content under
/// the same id changes nothing and returns Different. Who did it is put on record in the same
/// transaction, here and below.
/// Throws Error{InvalidInput} where the statement has a fault; `domain::faults` lists them all.
store::StatementTable::Inserted captureStatement(store::Database& database,
                                                 const std::string& connection,
                                                 const domain::Statement& statement,
                                                 bool withPcoCategory, fhir::Instant now,
                                                 const audit::Author& by = {});

/// Writes down a statement in the stead of one that was written down wrongly (`replaces`), and
/// takes that one back, all in one transaction: the old words are entered in error, stay readable,
/// and are shown as nobody's any more. A statement that only newer words stand for, and that was
/// right in its time, is not corrected but added to: captureStatement, with or without `replaces`.
///
/// As captureStatement; and throws Error{NotFound} where the statement to be replaced is none of
/// this patient's that was written down here, Error{Conflict} where it was taken back before.
store::StatementTable::Inserted correctStatement(store::Database& database,
                                                 const std::string& connection,
                                                 const domain::Statement& statement,
                                                 bool withPcoCategory, fhir::Instant now,
                                                 const audit::Author& by = {});

/// Takes a statement back that was written down by mistake: it is entered in error, here at once
/// and in the EHR by an entry of the outbox that follows it. Where it has not been sent it never
/// is. False where it was taken back before, which changes nothing. Throws Error{NotFound} where
/// no statement of that id and patient was written down here.
bool withdrawStatement(store::Database& database, const std::string& connection,
                       const std::string& patient, const std::string& id, fhir::Instant now,
                       const audit::Author& by = {});

/// The id of the outbox entry that takes a statement back: always the same for one statement.
std::string withdrawalId(std::string_view urn);

/// The id of an entry that belongs to a statement: always the same for one statement and purpose.
std::string derivedId(std::string_view purpose, std::string_view urn);

/// Puts a team flag on its way. False where this flag is on its way already.
/// Throws Error{InvalidInput} where its subject is no team.
bool raiseFlag(store::Database& database, const std::string& connection,
               const domain::TeamFlag& flag, fhir::Instant now);

/// "3f0c…" from "urn:uuid:3f0c…": the id of the outbox entry of a statement or flag.
std::string entryId(std::string_view urn);

}  // namespace plugin::outbox
