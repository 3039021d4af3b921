#pragma once

#include <map>
#include <string>
#include <vector>

#include "adapters/profile/profile.h"
#include "fhir/client/client.h"
#include "fhir/r4/patient.h"

namespace adapters {

/// The patients of a worklist: those that a search included, and the rest fetched.
class Patients {
public:
    /// Adds a Patient from a search result; ignores other resources. If the Patient cannot be read,
    /// keeps that as the reason not to show it.
    void take(const fhir::BundleEntry& entry);
    /// The same for a Patient from an export.
    void take(const fhir::json::Value& resource, fhir::json::Wanted& wanted);
    /// Adds everything that `other` has.
    void take(Patients&& other);
    /// A copy with that patient alone.
    Patients only(const std::string& id) const;
    /// Fetches the missing ones: by `_id` in lists, then one by one. One who cannot be read stays
    /// one, with the reason. Throws what fhir::Client throws if the server gives none of them: a
    /// list of nobody is worse than an old list.
    void fetch(const fhir::Client& client, const Profile& profile,
               const std::vector<std::string>& ids);

    /// The patient to show; nullptr if there is a reason against it, or none of that id.
    const fhir::Patient* find(const std::string& id) const;
    /// Why the patient is not shown, without patient data: "Patient/9 is recorded as deceased".
    std::string why(const std::string& id) const;
    /// Whether that is because the server was away, or gave an answer that makes no sense.
    bool isAway(const std::string& id) const;
    /// What could not be read of those that were fetched.
    const std::vector<fhir::Issue>& problems() const noexcept { return problems_; }

private:
    void keep(const std::string& id, const fhir::json::Value& resource, fhir::json::Wanted& wanted);
    void readOne(const fhir::Client& client, const std::string& id);
    bool isKnown(const std::string& id) const {
        return patients_.count(id) != 0 || reasons_.count(id) != 0;
    }
    std::map<std::string, fhir::Patient> patients_;
    std::vector<fhir::Issue> problems_;
    std::map<std::string, std::string> reasons_;   // by id, for those that are not shown
    std::map<std::string, fhir::Error> failures_;  // by id: the next fetch may succeed
};

}  // namespace adapters
