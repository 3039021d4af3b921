#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "fhir/base/clock.h"

namespace adapters {
class Adapter;
}

namespace plugin::api {

inline constexpr const char* kPatientRefused =
    "The EHR does not allow you to see this patient. If you need to, ask the people who look after "
    "the EHR.";

/// Of some patients, whom the EHR lets a user see. What it said holds for five minutes in a
/// session, for a page that lies open reads itself again with every change. May be used from
/// several threads at once.
class PatientAccess {
public:
    static constexpr std::chrono::minutes kHolds{5};

    explicit PatientAccess(fhir::Clock clock) : clock_(std::move(clock)) {}

    struct Seen {
        std::set<std::string> shown;  ///< by Patient id
        std::size_t refused = 0;      ///< the EHR says no, or has nobody of that id
        std::size_t undecided = 0;    ///< it was away, or its answer made no sense
    };

    /// Asks the EHR, with the user's own token, about those of whom it has not said lately. Throws
    /// Error{Unauthorized} if it takes the token no more.
    Seen ask(const adapters::Adapter& usersEhr, const std::string& session,
             const std::vector<std::string>& patients);

private:
    struct Said {
        bool isYes = false;
        fhir::Deadline until;
    };

    fhir::Clock clock_;
    std::mutex mutex_;
    std::map<std::pair<std::string, std::string>, Said> said_;  // by session and Patient id
};

}  // namespace plugin::api
