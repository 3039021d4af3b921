#include "adapters/worklist/patients.h"

#include <algorithm>

#include "adapters/search_query.h"

namespace adapters {
namespace {

using fhir::Error;
using fhir::ErrorKind;

/// The record that took this one's place: Patient.link of type replaced-by (R4, patient).
std::optional<std::string> replacedBy(const fhir::json::Value& patient) {
    for (const auto link : patient.findArray("link"))
        if (link.findString("type") == "replaced-by")
            return fhir::Reference::fromJson(link.at("other")).relative();
    return std::nullopt;
}

}  // namespace

void Patients::take(const fhir::BundleEntry& entry) {
    if (entry.resourceType == fhir::Patient::resourceType && !isKnown(entry.id))
        keep(entry.id, entry.resource);
}

void Patients::take(const fhir::json::Value& resource) {
    const auto id = resource.findString("id").value_or("");
    if (fhir::isId(id) && !isKnown(id)) keep(id, resource);
}

void Patients::take(Patients&& other) {
    patients_.merge(other.patients_);
    reasons_.merge(other.reasons_);
}

Patients Patients::only(const std::string& id) const {
    Patients one;
    if (const auto* patient = find(id)) one.patients_.emplace(id, *patient);
    if (const auto reason = reasons_.find(id); reason != reasons_.end())
        one.reasons_.emplace(id, reason->second);
    return one;
}

void Patients::keep(const std::string& id, const fhir::json::Value& resource) {
    try {
        auto patient = fhir::Patient::fromJson(resource);
        if (const auto other = replacedBy(resource))
            // Only a well-formed reference is repeated: anything may stand there.
            reasons_[id] =
                "was merged into " + (fhir::parseReference(*other) ? *other : "another record");
        else if (patient.deceased)
            reasons_[id] = "is recorded as deceased";
        else if (patient.active == false)
            reasons_[id] = "is recorded as no longer active";
        else
            patients_.emplace(id, std::move(patient));
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::InvalidInput) throw;
        reasons_[id] = "cannot be read: " + error.path() + " " + error.what();
    }
}

void Patients::fetch(const fhir::Client& client, const Profile& profile,
                     const std::vector<std::string>& ids) {
    std::vector<std::string> missing;
    for (const auto& id : distinct(ids))
        if (!isKnown(id)) missing.push_back(id);
    for (const auto& batch : batches(missing, profile.patientsPerSearch)) {
        try {
            fhir::Query query{{"_id", joined(batch)}};
            addPageSize(query, profile);
            client.search("Patient", query, [&](const fhir::BundleEntry& entry) {
                if (std::find(batch.begin(), batch.end(), entry.id) != batch.end()) take(entry);
            });
        } catch (const Error& error) {
            // Some servers have no search by _id; each of the batch is then read by itself.
            if (error.kind() != ErrorKind::Refused && error.kind() != ErrorKind::Forbidden &&
                error.kind() != ErrorKind::NotFound)
                throw;
        }
        for (const auto& id : batch)
            if (!isKnown(id)) readOne(client, id);
    }
}

void Patients::readOne(const fhir::Client& client, const std::string& id) {
    try {
        const auto document = client.read("Patient", id);
        if (document.root().findString("id") == id)
            keep(id, document.root());
        else
            reasons_[id] = "is answered with another resource";
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::Unavailable || error.kind() == ErrorKind::Unauthorized)
            throw;
        reasons_[id] = std::string("cannot be read: ") + error.what();
    }
}

const fhir::Patient* Patients::find(const std::string& id) const {
    const auto patient = patients_.find(id);
    return patient == patients_.end() ? nullptr : &patient->second;
}

std::string Patients::why(const std::string& id) const {
    const auto reason = reasons_.find(id);
    return "Patient/" + id + " " + (reason == reasons_.end() ? "is missing" : reason->second);
}

}  // namespace adapters
