#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "adapters/adapter.h"
#include "fhir/base/concurrency/worker_pool.h"
#include "plugin/domain/statement.h"
#include "plugin/records/patient_record.h"
#include "plugin/records/record_part.h"
#include "plugin/store/database.h"

namespace plugin {
struct ConnectionSettings;
}

namespace plugin::records {

/// For how long a companion server is waited for, where nobody is in more of a hurry.
inline constexpr std::chrono::seconds kCompanionPatience{3};

/// How many reads of one record run at once.
inline constexpr std::size_t kReadsAtOnce = 4;

/// Whose credentials the EHR is read with.
enum class Reader { Service, User };

/// What was read of a patient's words in the EHR.
struct WordsRead {
    std::vector<domain::Statement> statements;
    bool isWhole = true;       ///< no entry of it could not be read
    std::size_t problems = 0;  ///< entries that could not be read, and remarks of the server
};

/// Whose record is asked for, what is known of it already, and how it may be read.
struct PatientAsk {
    const ConnectionSettings& connection;
    std::shared_ptr<const adapters::Adapter> ehr;  ///< shared with reads that are late
    /// nullptr where our own store is the companion; outlives the workers.
    const adapters::Adapter* companion = nullptr;
    Reader reader = Reader::Service;
    std::string patient;      ///< an id
    std::string encounter{};  ///< an id, "" for none
    Known<WordsRead> knownWords{};
    Known<fhir::Encounter> knownStay{};
    Known<fhir::Patient> knownPatient{};
    /// Of the encounter, what the list of the unit holds is enough: the EHR is asked only where
    /// that has none.
    bool isHeldStayEnough = false;
    fhir::Deadline deadline = fhir::Deadline::max();
    fhir::Instant now;
};

/// The one reader of a patient: a page, a card and an export are views of what it brings.
class PatientReader {
public:
    /// Both outlive it, and the database outlives the workers.
    PatientReader(store::Database& database, fhir::WorkerPool& workers)
        : database_(database), workers_(workers) {}

    /// Reads what is not known from the EHR, and beside it what a companion server holds, all at
    /// once on the workers; waits until the deadline and no longer. How the reading went is in the
    /// record: what the EHR answers is never thrown. Throws Error of our own store.
    ///
    /// * A record that was merged into another is read as that one (`readFollowing`), and what is
    ///   known beforehand of the old one counts no more.
    /// * What the EHR does not give in time is as we hold it from the last reading of a unit of the
    ///   connection. For a user it stands in only where the EHR answered in time that it is away,
    ///   or what cannot be read, or lets nobody connect. Where it refuses any part to their token,
    ///   or has said nothing yet and gave no words either, nothing that we hold is here: a refusal
    ///   may be under way. Of our own words it is still heeded that they were taken back.
    /// * A companion server is read for at most `kCompanionPatience`, also under the records that
    ///   were merged into the patient's (Patient.link, replaces). Where something of it cannot be
    ///   read, what we hold of it stands in.
    /// * Of words that several hold, domain::merge decides: the EHR's, the companion's, ours.
    PatientRecord read(PatientAsk ask) const;

private:
    store::Database& database_;
    fhir::WorkerPool& workers_;
};

}  // namespace plugin::records
