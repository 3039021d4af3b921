#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "adapters/worklist/patients.h"
#include "fhir/base/clock.h"
#include "fhir/r4/encounter.h"

namespace adapters {

/// What was read of patients' encounters for a unit that is read again and again, so that the next
/// reading asks for what has changed since and no more. May be used from several threads at once.
///
/// What a change does not tell (a patient who was merged, an encounter that was deleted) is seen
/// at the next whole reading.
class StayMemory {
public:
    static constexpr std::chrono::minutes kWholeEvery{10};  ///< names of places are kept as long
    /// How far before the last reading a change is looked for: clocks differ, and indexes lag.
    static constexpr std::chrono::minutes kOverlap{5};
    static constexpr std::size_t kPatientsMax = 5'000;  ///< beyond, all is forgotten

    /// Of one patient.
    struct Known {
        std::vector<fhir::Encounter> encounters;  ///< as the server gave them
        Patients patient;                         ///< at the last whole reading
        fhir::Instant readAt{}, wholeAt{};
    };

    /// Since when changes are to be asked for, for all of these patients together; nullopt where
    /// one of them is to be read whole.
    std::optional<fhir::Instant> since(const std::vector<std::string>& patients, fhir::Instant now,
                                       std::chrono::seconds wholeEvery = kWholeEvery) const;
    /// What `keep` was given last; empty where it was given nothing.
    Known find(const std::string& patient) const;
    void keep(const std::string& patient, Known known);

    /// Names of places by id, none once they are as old as a whole reading may be.
    std::map<std::string, std::string> names(fhir::Instant now) const;
    void keepNames(const std::map<std::string, std::string>& names, fhir::Instant now);

private:
    mutable std::mutex mutex_;
    std::map<std::string, Known> known_;
    std::map<std::string, std::string> names_;
    fhir::Instant namesAt_{};
};

}  // namespace adapters
