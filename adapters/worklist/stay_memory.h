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

/// Remembers the encounters read for patients of a unit, so that the next reading asks only for
/// changes. May be used from several threads at once.
///
/// What such a search cannot show (a merged patient, a deleted encounter) is seen at the next full
/// reading.
class StayMemory {
public:
    static constexpr std::chrono::minutes kWholeEvery{10};  ///< for full readings and place names
    /// How far before the last reading a search for changes begins: clocks differ, indexes lag.
    static constexpr std::chrono::minutes kOverlap{5};
    static constexpr std::size_t kPatientsMax = 5'000;  ///< with more, everything is forgotten

    /// The memory of one patient.
    struct Known {
        std::vector<fhir::Encounter> encounters;  ///< as the server sent them
        Patients patient;                         ///< at the last full reading
        fhir::Instant readAt{}, wholeAt{};
    };

    /// From when to ask for changes, for all of these patients together; nullopt if one of them
    /// needs a full reading.
    std::optional<fhir::Instant> since(const std::vector<std::string>& patients, fhir::Instant now,
                                       std::chrono::seconds wholeEvery = kWholeEvery) const;
    /// What `keep` got last for this patient; empty if nothing.
    Known find(const std::string& patient) const;
    void keep(const std::string& patient, Known known);

    /// Names of places by id; none if they are older than `kWholeEvery`.
    std::map<std::string, std::string> names(fhir::Instant now) const;
    void keepNames(const std::map<std::string, std::string>& names, fhir::Instant now);

private:
    mutable std::mutex mutex_;
    std::map<std::string, Known> known_;
    std::map<std::string, std::string> names_;
    fhir::Instant namesAt_{};
};

}  // namespace adapters
