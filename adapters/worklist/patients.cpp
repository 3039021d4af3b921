#include "adapters/worklist/patients.h"

#include <algorithm>

#include "adapters/search_query.h"
#include "fhir/r4/server_address.h"

namespace adapters {
namespace {

using fhir::Error;
using fhir::ErrorKind;

/// The record that took this one's place, in words: Patient.link of type replaced-by (R4, patient).
/// Only a reference to one beside it is repeated: anything may stand there.
std::optional<std::string> replacing(const fhir::Patient& patient) {
    for (const auto& link : patient.link) {
        if (link.type != "replaced-by") continue;
        const auto other = fhir::ServerAddress().find(link.other);
        return other ? other->text() : "another record";
    }
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
        if (const auto other = replacing(patient))
            reasons_[id] = "was merged into " + *other;
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
