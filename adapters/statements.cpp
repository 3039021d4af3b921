#include "adapters/statements.h"

#include <algorithm>
#include <map>
#include <set>

#include "adapters/batches.h"
#include "adapters/local_reference.h"

namespace adapters {
namespace {

using fhir::Error;
using fhir::ErrorKind;

/// US Core 7, care experience preference (domain.md, section 1.2).
constexpr const char* kUsCoreCategory = "http://hl7.org/fhir/us/core/CodeSystem/us-core-category";
constexpr const char* kCareExperience = "care-experience-preference";

std::string codeTokens() {
    const std::string loinc(kLoinc);
    return loinc + "|" + std::string(kCareExperiencePreference) + "," + loinc + "|" +
           std::string(kThingsThatMatterToMe);
}

bool searchesBy(const Profile& profile, std::string_view parameter) {
    const auto& searches = profile.statementSearches;
    return std::find(searches.begin(), searches.end(), parameter) != searches.end();
}

/// Gathers what the searches of all batches bring.
class Gathering {
public:
    Gathering(const fhir::Client& client, const Profile& profile)
        : client_(client), profile_(profile) {}

    /// False where the server refuses this kind of search; `refusal` then says why.
    bool search(const std::vector<std::string>& patients, const char* parameter,
                const std::string& value) {
        const std::set<std::string> asked(patients.begin(), patients.end());
        std::size_t foreign = 0;
        fhir::Query query{{"patient", joinedReferences(profile_, "Patient", patients)},
                          {parameter, value}};
        addPageSize(query, profile_);
        try {
            auto outcome = client_.search("Observation", query, [&](const auto& entry) {
                if (entry.resourceType != "Observation") return;
                auto observation = fhir::Observation::fromJson(entry.resource);
                if (observation.id.empty()) entry.resource.refuse("has no id");
                const auto patient = localId(observation.subject.value_or(fhir::Reference{}),
                                             "Patient", client_.options().base);
                if (!patient || asked.count(*patient) == 0)
                    ++foreign;
                else if (isStatement(observation))
                    found_.emplace(observation.id, std::move(observation));
            });
            std::move(outcome.issues.begin(), outcome.issues.end(), std::back_inserter(problems_));
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::Refused) throw;
            refusal_ = error;
            return false;
        }
        if (foreign != 0)
            problems_.push_back(
                {"", "search Observation: " + std::to_string(foreign) +
                         " of the results were not about the patients asked for; they were "
                         "dropped. The server seems to lose the patient filter"});
        return true;
    }

    const Error& refusal() const { return *refusal_; }
    void report(std::string text) { problems_.push_back({"", std::move(text)}); }

    FoundStatements take() {
        FoundStatements result;
        for (auto& [id, observation] : found_)
            result.observations.push_back(std::move(observation));
        result.problems = std::move(problems_);
        return result;
    }

private:
    const fhir::Client& client_;
    const Profile& profile_;
    std::map<std::string, fhir::Observation> found_;  // by id: both searches find most of them
    std::vector<fhir::Issue> problems_;
    std::optional<Error> refusal_;
};

}  // namespace

bool isStatement(const fhir::Observation& observation) {
    return observation.code.has(kLoinc, kCareExperiencePreference) ||
           observation.code.has(kLoinc, kThingsThatMatterToMe) ||
           observation.hasCategory(kUsCoreCategory, kCareExperience);
}

FoundStatements findStatements(const fhir::Client& client, const Profile& profile,
                               const std::vector<std::string>& patientIds) {
    for (const auto& id : patientIds)
        if (!fhir::isId(id)) throw Error(ErrorKind::InvalidInput, "a patient id is not a FHIR id");
    const auto category = std::string(kUsCoreCategory) + "|" + kCareExperience;
    Gathering gathering(client, profile);
    bool byCode = searchesBy(profile, "code");
    bool byCategory = searchesBy(profile, "category");
    for (const auto& batch : batches(distinct(patientIds), profile.patientsPerSearch)) {
        byCode = byCode && gathering.search(batch, "code", codeTokens());
        byCategory = byCategory && gathering.search(batch, "category", category);
        if (!byCode && !byCategory) throw gathering.refusal();
    }
    if (!byCode && searchesBy(profile, "code"))
        gathering.report(
            "the server refuses to search Observation by code; statements that carry "
            "the code alone may be missing: " +
            std::string(gathering.refusal().what()));
    if (!byCategory && searchesBy(profile, "category"))
        gathering.report(
            "the server refuses to search Observation by category; statements of "
            "others that carry the category alone may be missing: " +
            std::string(gathering.refusal().what()));
    return gathering.take();
}

}  // namespace adapters
