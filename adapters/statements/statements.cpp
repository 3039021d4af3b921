#include "adapters/statements/statements.h"
#include "fhir/base/base64.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>

#include "adapters/fan_out.h"
#include "adapters/routes/statement_text.h"
#include "adapters/search_query.h"
#include "adapters/statements/local_names.h"
#include "adapters/statements/statement_forms.h"

namespace adapters {
namespace {

using fhir::Error;
using fhir::ErrorKind;

/// US Core 7, care experience preference (domain.md, section 1.2).
constexpr const char* kUsCoreCategory = "http://hl7.org/fhir/us/core/CodeSystem/us-core-category";
constexpr const char* kCareExperience = "care-experience-preference";
/// PCO 1.0.0, what matters assessment: its code may be any, the category tells.
constexpr const char* kPcoConcepts = "http://hl7.org/fhir/us/pco/CodeSystem/pco-concepts-temporary";
constexpr const char* kWhatMatters = "what-matters";

std::string codeTokens() {
    const std::string loinc(kLoinc);
    return loinc + "|" + std::string(kCareExperiencePreference) + "," + loinc + "|" +
           std::string(kThingsThatMatterToMe);
}

bool searchesBy(const Profile& profile, std::string_view parameter) {
    const auto& searches = profile.statementSearches;
    return std::find(searches.begin(), searches.end(), parameter) != searches.end();
}

bool isRoute(const Profile& profile, std::string_view route) {
    const auto& routes = profile.routes;
    return std::find(routes.begin(), routes.end(), route) != routes.end();
}

/// The resource in JSON; "" where something in it that nobody needs has a character that no text
/// may have (U+0000).
std::string asSent(const fhir::json::Value& resource) {
    try {
        return fhir::json::Writer().value(resource).take();
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::InvalidInput) throw;
        return {};
    }
}

/// One kind of search, and what is said where the server refuses it.
struct Kind {
    std::string type, parameter, value;  ///< parameter "": none beside the patient
    /// "": nobody is told, for what we wrote there we hold ourselves, and others write none.
    std::string refusal;
    bool isElsewhere = false;  ///< another form than the Observation that we author
};

std::vector<Kind> kindsOf(const Profile& profile) {
    std::vector<Kind> kinds;
    if (searchesBy(profile, "code"))
        kinds.push_back({"Observation", "code", codeTokens(),
                         "the server refuses to search Observation by code; statements that carry "
                         "the code alone may be missing: "});
    if (searchesBy(profile, "category"))
        kinds.push_back({"Observation", "category",
                         std::string(kUsCoreCategory) + "|" + kCareExperience + "," + kPcoConcepts +
                             "|" + kWhatMatters,
                         "the server refuses to search Observation by category; statements of "
                         "others that carry the category alone may be missing: "});
    const auto& row = profile.flowsheet;
    if (!row.code.empty())
        kinds.push_back(
            {"Observation", "code", row.system.empty() ? row.code : row.system + "|" + row.code,
             "the flowsheet row cannot be read; words that are there may be missing: ", true});
    const auto& asked = profile.questionnaire;
    if (!asked.url.empty() && !asked.linkId.empty())
        kinds.push_back({"QuestionnaireResponse", "questionnaire", asked.url,
                         "answers to the questionnaire cannot be read; words that are there may "
                         "be missing: ",
                         true});
    const auto& document = profile.document;
    if (isRoute(profile, "document-reference"))
        kinds.push_back({"DocumentReference", "type",
                         document.typeSystem.empty()
                             ? document.typeCode
                             : document.typeSystem + "|" + document.typeCode,
                         "documents cannot be read; words that are there may be missing: ", true});
    if (isRoute(profile, "communication") && !profile.communication.statementRecipients.empty())
        kinds.push_back({"Communication", "", "", "", true});
    if (isRoute(profile, "task") && !profile.task.statementOwner.empty())
        kinds.push_back({"Task", "", "", "", true});
    return kinds;
}

/// The page of one content of a document, inside it or where its URL says, on this server alone. ""
/// where it cannot be had: it is then no page of ours that could be read.
std::string pageOf(const fhir::Client& client, const fhir::DocumentReference& document,
                   const fhir::Attachment& attachment) {
    if (attachment.data) return fhir::decodeBase64(*attachment.data).value_or("");
    const auto id = client.server().findId({attachment.url, {}, {}}, "Binary");
    // Only what bears our title is fetched: a chart has many notes.
    if (!id || attachment.title.value_or(document.description.value_or("")) != kPageTitle)
        return {};
    const auto binary = client.read("Binary", *id);
    return fhir::decodeBase64(binary.root().findString("data").value_or("")).value_or("");
}

/// A bare code in answer to the question says something that cannot be shown: that is no silence.
void requireWords(const fhir::Observation& observation, const fhir::json::Value& resource) {
    const auto& answer = observation.valueCodeableConcept;
    const bool isAsked = observation.code.has(kLoinc, kCareExperiencePreference) ||
                         observation.code.has(kLoinc, kThingsThatMatterToMe);
    if (isAsked && !observation.valueString && answer && answer->words().empty())
        resource.at("valueCodeableConcept").refuse("is a code without words");
}

/// Gathers what the searches of all batches bring. They run side by side.
class StatementGathering {
public:
    StatementGathering(const fhir::Client& client, const Profile& profile)
        : client_(client), profile_(profile), kinds_(kindsOf(profile)) {}

    void search(const std::vector<std::vector<std::string>>& lists) {
        fanOut(lists.size(), profile_.concurrentRequests, [&](std::size_t i) {
            for (std::size_t kind = 0; kind < kinds_.size(); ++kind)
                if (!isRefused(kind)) searchOne(lists[i], kind);
            requireAny();
        });
    }

    FoundStatements finish() {
        FoundStatements result;
        for (const auto& [kind, why] : refusals_)
            if (!kinds_[kind].refusal.empty())
                problems_.push_back({"", kinds_[kind].refusal + why.what()});
        std::set<std::string> identifiers;
        for (auto* found : {&found_, &elsewhere_})
            for (auto& [id, observation] : *found) {
                const auto identifier = ownIdentifier(observation);
                const bool isNew = identifier.empty() || identifiers.insert(identifier).second;
                if (isNew || found == &found_)  // two Observations may retract each other
                    result.observations.push_back(std::move(observation));
            }
        result.problems = std::move(problems_);
        result.originals = std::move(originals_);
        return result;
    }

private:
    static std::string ownIdentifier(const fhir::Observation& observation) {
        for (const auto& identifier : observation.identifier)
            if (auto value = identifier.value.value_or(""); value.starts_with("urn:uuid:"))
                return value;
        return {};
    }

    bool isRefused(std::size_t kind) {
        const std::lock_guard lock(mutex_);
        return refusals_.count(kind) != 0;
    }

    /// Throws where the server refuses every way to find statements.
    void requireAny() {
        const std::lock_guard lock(mutex_);
        for (std::size_t kind = 0; kind < kinds_.size(); ++kind)
            if (refusals_.count(kind) == 0) return;
        throw refusals_.begin()->second;
    }

    void searchOne(const std::vector<std::string>& patients, std::size_t kind) {
        const auto& one = kinds_[kind];
        const std::set<std::string> asked(patients.begin(), patients.end());
        std::map<std::string, fhir::Observation> found;
        std::map<std::string, std::string> originals;
        std::size_t foreign = 0, aboutAnother = 0;
        fhir::Query query{{"patient", joinedReferences(profile_, "Patient", patients)}};
        if (!one.parameter.empty()) query.add(one.parameter, one.value);
        addPageSize(query, profile_);
        try {
            auto outcome = client_.search(one.type, query, [&](const auto& entry) {
                if (entry.resourceType != one.type) return;
                auto observation = read(entry, one);
                if (!observation) return;
                if (observation->id.empty()) entry.resource.refuse("has no id");
                nameLocally(*observation, client_.server());
                const auto patient = client_.server().findId(observation->subject, "Patient");
                if (!patient || asked.count(*patient) == 0)
                    ++foreign;
                else if (isStatement(*observation)) {
                    if (observation->isAboutAnother()) {
                        ++aboutAnother;
                        return;
                    }
                    requireWords(*observation, entry.resource);
                    const auto id = observation->id;
                    if (found.try_emplace(id, *std::move(observation)).second)
                        originals[id] = asSent(entry.resource);
                }
            });
            if (aboutAnother != 0)
                outcome.issues.push_back({"", "search " + one.type + ": " +
                                                  std::to_string(aboutAnother) +
                                                  " of the results are about somebody else than "
                                                  "the patient, as their focus says; they were "
                                                  "left out"});
            keep(outcome.issues, foreign, one, std::move(found), std::move(originals));
        } catch (const Error& error) {
            const bool isNo = error.kind() == ErrorKind::Refused ||
                              (one.isElsewhere && (error.kind() == ErrorKind::Forbidden ||
                                                   error.kind() == ErrorKind::NotFound));
            if (!isNo) throw;
            const std::lock_guard lock(mutex_);
            refusals_.emplace(kind, error);
        }
    }

    /// The statement that an entry is or stands for; nullopt where it is something else.
    std::optional<fhir::Observation> read(const fhir::BundleEntry& entry, const Kind& kind) const {
        if (kind.type == fhir::QuestionnaireResponse::resourceType)
            return fromQuestionnaire(fhir::QuestionnaireResponse::fromJson(entry.resource),
                                     profile_);
        if (kind.type == fhir::DocumentReference::resourceType) {
            const auto document = fhir::DocumentReference::fromJson(entry.resource);
            for (const auto& content : document.content)
                if (auto one = fromDocument(document, content.attachment,
                                            pageOf(client_, document, content.attachment)))
                    return one;
            return std::nullopt;
        }
        if (kind.type == fhir::Communication::resourceType)
            return fromMessage(fhir::Communication::fromJson(entry.resource));
        if (kind.type == fhir::Task::resourceType)
            return fromTask(fhir::Task::fromJson(entry.resource));
        auto observation = fhir::Observation::fromJson(entry.resource);
        if (kind.isElsewhere) return fromFlowsheet(std::move(observation), profile_);
        return observation;
    }

    void keep(const std::vector<fhir::Issue>& issues, std::size_t foreign, const Kind& kind,
              std::map<std::string, fhir::Observation> found,
              std::map<std::string, std::string> originals) {
        const std::lock_guard lock(mutex_);
        originals_.merge(originals);
        // Two searches may bring the same entry: it is told once.
        for (const auto& issue : issues)
            if (std::none_of(problems_.begin(), problems_.end(),
                             [&](const auto& one) { return one.text == issue.text; }))
                problems_.push_back(issue);
        (kind.isElsewhere ? elsewhere_ : found_).merge(found);
        if (foreign != 0)
            problems_.push_back(
                {"", "search " + kind.type + ": " + std::to_string(foreign) +
                         " of the results were not about the patients asked for; they were "
                         "dropped. The server seems to lose the patient filter"});
    }

    const fhir::Client& client_;
    const Profile& profile_;
    const std::vector<Kind> kinds_;
    std::mutex mutex_;
    std::map<std::string, fhir::Observation> found_, elsewhere_;  // by id
    std::map<std::string, std::string> originals_;                // by the same id
    std::vector<fhir::Issue> problems_;
    std::map<std::size_t, Error> refusals_;  // by kind
};

}  // namespace

bool isStatement(const fhir::Observation& observation) {
    return observation.code.has(kLoinc, kCareExperiencePreference) ||
           observation.code.has(kLoinc, kThingsThatMatterToMe) ||
           observation.hasCategory(kUsCoreCategory, kCareExperience) ||
           observation.hasCategory(kPcoConcepts, kWhatMatters);
}

FoundStatements findStatements(const fhir::Client& client, const Profile& profile,
                               const std::vector<std::string>& patientIds) {
    for (const auto& id : patientIds)
        if (!fhir::isId(id)) throw Error(ErrorKind::InvalidInput, "a patient id is not a FHIR id");
    StatementGathering gathering(client, profile);
    gathering.search(batches(distinct(patientIds), profile.patientsPerSearch));
    return gathering.finish();
}

}  // namespace adapters
