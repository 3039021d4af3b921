#include "fhir/client/patient_filter.h"

#include <array>

namespace fhir {
namespace {

/// The elements that say whom a resource is about; of an Appointment it is who takes part.
constexpr std::array<std::string_view, 3> kSubjects{"subject", "patient", "for"};

std::vector<std::string> listed(std::string_view value) {
    std::vector<std::string> parts;
    for (std::size_t from = 0; from <= value.size();) {
        const auto end = std::min(value.find(',', from), value.size());
        parts.emplace_back(value.substr(from, end - from));
        from = end + 1;
    }
    return parts;
}

}  // namespace

PatientFilter::PatientFilter(std::string_view type, const Query& asked, ServerAddress server)
    : type_(type), server_(std::move(server)) {
    const bool ofPatients = type == "Patient";
    for (const auto& [name, value] : asked) {
        const bool names = ofPatients ? name == "_id"
                                      : name == "patient" || name == "patient:Patient" ||
                                            name == "subject" || name == "subject:Patient";
        if (!names) continue;
        std::set<std::string> ids;
        for (const auto& one : listed(value)) {
            const auto parts = server_.find(one);
            if (isId(one))
                ids.insert(one);
            else if (parts && parts->type == "Patient")
                ids.insert(parts->id);
            else
                return;  // what only the server can tell
        }
        ids_.merge(ids);
        names_.insert(name);
    }
}

bool PatientFilter::isAsked(const Reference& reference) const {
    const auto id = server_.findId(reference, "Patient");
    return id && ids_.count(*id) != 0;
}

bool PatientFilter::lets(const BundleEntry& entry) const {
    if (names_.empty() || entry.mode != "match" || entry.resourceType != type_) return true;
    if (type_ == "Patient") return ids_.count(entry.id) != 0;
    json::Wanted wanted;
    for (const auto name : kSubjects)
        if (const auto about = findNeeded<Reference>(entry.resource, name, wanted))
            return isAsked(*about);
    for (const auto& one : wanted.objects(entry.resource, "participant"))
        if (const auto actor = wanted.find<Reference>(one, "actor"); actor && isAsked(*actor))
            return true;
    return false;
}

}  // namespace fhir
