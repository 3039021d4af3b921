#pragma once

#include <map>
#include <string>
#include <vector>

#include "adapters/profile/profile.h"
#include "fhir/client/client.h"
#include "fhir/r4/patient.h"

namespace adapters {

/// The patients of a worklist: those that came along, and the rest fetched.
class Patients {
public:
    /// Takes a Patient that a search brought. One that cannot be read is remembered as that.
    void take(const fhir::BundleEntry& entry);
    /// The same of a Patient that an export brought.
    void take(const fhir::json::Value& resource);
    /// Takes all that another one has.
    void take(Patients&& other);
    /// What is known of that one alone.
    Patients only(const std::string& id) const;
    /// Fetches those that are not there yet: by `_id` in lists, by read as the last resort.
    /// Throws what fhir::Client throws where a later try may succeed: a list with a hole that
    /// nobody sees is worse than an old one.
    void fetch(const fhir::Client& client, const Profile& profile,
               const std::vector<std::string>& ids);

    /// The patient to show; nullptr where there is a reason against it.
    const fhir::Patient* find(const std::string& id) const;
    /// Why the patient is not shown, without patient data: "Patient/9 is recorded as deceased".
    std::string why(const std::string& id) const;

private:
    void keep(const std::string& id, const fhir::json::Value& resource);
    void readOne(const fhir::Client& client, const std::string& id);
    bool isKnown(const std::string& id) const {
        return patients_.count(id) != 0 || reasons_.count(id) != 0;
    }
    std::map<std::string, fhir::Patient> patients_;
    std::map<std::string, std::string> reasons_;  // by id, of those that are not shown
};

}  // namespace adapters
