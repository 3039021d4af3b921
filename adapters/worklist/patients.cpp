#include "adapters/worklist/patients.h"

#include <algorithm>

#include "adapters/fan_out.h"
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
        keep(entry.id, entry.resource, entry.wanted);
}

void Patients::take(const fhir::json::Value& resource, fhir::json::Wanted& wanted) {
    const auto id = resource.findString("id").value_or("");
    if (fhir::isId(id) && !isKnown(id)) keep(id, resource, wanted);
}

void Patients::take(Patients&& other) {
    patients_.merge(other.patients_);
    reasons_.merge(other.reasons_);
    problems_.insert(problems_.end(), other.problems_.begin(), other.problems_.end());
}

Patients Patients::only(const std::string& id) const {
    Patients one;
    if (const auto* patient = find(id)) one.patients_.emplace(id, *patient);
    if (const auto reason = reasons_.find(id); reason != reasons_.end())
        one.reasons_.emplace(id, reason->second);
    return one;
}

void Patients::keep(const std::string& id, const fhir::json::Value& resource,
                    fhir::json::Wanted& wanted) {
    try {
        auto patient = fhir::Patient::fromJson(resource, wanted);
        if (const auto other = replacing(patient))
            reasons_[id] = "was merged into " + *other;
        else if (patient.deceased == true)
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
    const auto missing = [&] {
        std::vector<std::string> result;
        for (const auto& id : distinct(ids))
            if (!isKnown(id)) result.push_back(id);
        return result;
    };
    const auto lists = batches(missing(), profile.patientsPerSearch);
    // Some servers have no search by _id; whoever is still missing is read by themselves.
    fanOut(lists.size(), 1, [&](std::size_t i) {
        fhir::Query query{{"_id", joined(lists[i])}};
        addPageSize(query, profile);
        const auto found = client.search("Patient", query, [&](const fhir::BundleEntry& entry) {
            if (std::find(lists[i].begin(), lists[i].end(), entry.id) != lists[i].end())
                take(entry);
        });
        for (const auto& one : found.issues)
            if (!one.resource.empty()) problems_.push_back(one);
    });
    const auto single = missing();
    for (const auto& [i, error] :
         fanOut(single.size(), 1, [&](std::size_t i) { readOne(client, single[i]); }))
        if (adapters::isAway(error))
            failures_.emplace(single[i], error);
        else
            reasons_[single[i]] = std::string("cannot be read: ") + error.what();
    if (!failures_.empty() && failures_.size() == distinct(ids).size())
        throw failures_.begin()->second;
}

void Patients::readOne(const fhir::Client& client, const std::string& id) {
    const auto document = client.read("Patient", id);
    fhir::json::Wanted wanted;
    if (document.root().findString("id") == id)
        keep(id, document.root(), wanted);
    else
        reasons_[id] = "is answered with another resource";
    for (const auto& one : wanted.problems())
        problems_.push_back(fhir::issueOfElement(document.root(), one, client.server()));
}

const fhir::Patient* Patients::find(const std::string& id) const {
    const auto patient = patients_.find(id);
    return patient == patients_.end() ? nullptr : &patient->second;
}

std::string Patients::why(const std::string& id) const {
    if (const auto failure = failures_.find(id); failure != failures_.end())
        return "Patient/" + id + " cannot be read: " + failure->second.what();
    const auto reason = reasons_.find(id);
    return "Patient/" + id + " " + (reason == reasons_.end() ? "is missing" : reason->second);
}

bool Patients::isAway(const std::string& id) const {
    return failures_.count(id) != 0;
}

}  // namespace adapters
