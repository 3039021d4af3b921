#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "adapters/adapter.h"
#include "plugin/domain/freshness.h"
#include "plugin/store/database.h"

namespace plugin::records {

/// Everything about one patient that a page or a card needs.
struct PatientRecord {
    std::string name, birthDate, gender, identifier;  ///< "" where unknown
    std::vector<std::string> languages;               ///< BCP 47, the patient's preferred first
    std::string encounterStatus, encounterClass, location, start;
    domain::StayContext stay;
    std::vector<domain::Statement> statements;  ///< the EHR's and ours, each once
    std::optional<fhir::Instant> readAt;        ///< when the EHR was read for this
    std::string notice;                         ///< plain words where something could not be read
};

inline constexpr std::chrono::seconds kCompanionPatience{3};

/// Whose credentials the EHR is read with.
enum class Reader { Service, User };

/// Reads the patient from the EHR, with our own statements merged in; one whose record was merged
/// into another as that one (`readFollowing`). `encounter` may be "".
/// Where the EHR is down or slow, the record is what we hold from the last reading and `notice`
/// says so; throws Error{NotFound} where the EHR has no such patient, and Error{Unavailable}
/// only where we hold nothing at all. What the EHR refuses to a user (401, 403) is not shown to
/// them from what we hold either: throws Error{Unauthorized} or Error{Forbidden} in words for them.
///
/// What a companion server holds of the patient is read beside that, for at most
/// `kCompanionPatience`, also under the records that were merged into theirs, as far as the EHR
/// names them (Patient.link); where it cannot be read, `notice` says so.
PatientRecord readPatientRecord(const adapters::Adapter& adapter, store::Database& database,
                                const std::string& connection, const std::string& asked,
                                const std::string& encounter, fhir::Instant now,
                                const adapters::Adapter* companion = nullptr,
                                Reader reader = Reader::Service);

}  // namespace plugin::records
