#include "adapters/statements/statements.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <set>

#include "adapters/fan_out.h"
#include "adapters/routes/document_page.h"
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
    /// Not every server takes `parameter` here, as it must take the patient (US Core 7.0.0,
    /// QuestionnaireResponse): where it is refused, all of the patient is read and sorted here.
    bool mayBePatientAlone = false;
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
                         true, true});
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

/// The page of one content of a document. "" where it cannot be had: it is then no page of ours
/// that could be read.
std::string pageText(const fhir::Client& client, const fhir::DocumentReference& document,
                     const fhir::Attachment& attachment) {
    // A chart has many notes: what bears another title is not fetched. Some EHRs keep none.
    const auto title = attachment.title ? attachment.title : document.description;
    if (!attachment.data && title && *title != kPageTitle) return {};
    const auto page = fetchPage(client, attachment);
    return page ? page->text : std::string();
}

/// Refuses an entry of which words, or whose they are, may have been left out.
void refuseLeftOut(const fhir::BundleEntry& entry,
                   std::initializer_list<std::string_view> elements) {
    for (const auto element : elements) {
        if (!entry.isLeftOut(element)) continue;
        const auto place = entry.resource.path() + std::string(element);
        for (const auto& one : entry.wanted.problems())
            if (one.path.starts_with(place))
                throw Error(ErrorKind::InvalidInput, one.text, one.path);
        entry.resource.at(element.substr(1)).refuse("may not be readable in all its parts");
    }
}

/// Gathers what the searches of all batches bring. They run side by side.
class StatementGathering {
public:
    StatementGathering(const fhir::Client& client, const Profile& profile)
        : client_(client), profile_(profile), kinds_(kindsOf(profile)) {}

    void search(const std::vector<std::string>& patients) {
        for (const auto& kind : kinds_) {
            const auto failures =
                fanOutLists(patients, profile_.patientsPerSearch, profile_.concurrentRequests,
                            [&](const std::vector<std::string>& some) { searchOne(some, kind); });
            if (!patients.empty() && failures.size() == patients.size())
                noteRefusal(kind, failures);
            else
                for (const auto& [id, error] : failures) noteUnread(id, error);
        }
        if (!refusals_.empty() && refusals_.size() == kinds_.size()) throw refusals_.front();
    }

    FoundStatements finish() {
        FoundStatements result;
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
        result.unread = std::move(unread_);
        result.away = std::move(away_);
        return result;
    }

private:
    static std::string ownIdentifier(const fhir::Observation& observation) {
        for (const auto& identifier : observation.identifier)
            if (auto value = identifier.value.value_or(""); value.starts_with("urn:uuid:"))
                return value;
        return {};
    }

    /// A way to search that nobody is let use is told, and is no silence of a patient; any other
    /// failure of all is one of the server.
    void noteRefusal(const Kind& kind, const std::map<std::string, Error>& failures) {
        const auto isNo = [&](const auto& one) {
            return one.second.kind() == ErrorKind::Refused ||
                   one.second.kind() == ErrorKind::NotFound ||
                   (kind.isElsewhere && one.second.kind() == ErrorKind::Forbidden);
        };
        for (const auto& one : failures)
            if (!isNo(one)) throw one.second;
        const auto& why = failures.begin()->second;
        refusals_.push_back(why);
        if (!kind.isElsewhere && why.kind() == ErrorKind::NotFound)
            tell({"", std::string("the server has no Observation; words that are there may be "
                                  "missing: ") +
                          why.what()});
        else if (!kind.refusal.empty())
            tell({"", kind.refusal + why.what()});
    }

    void noteUnread(const std::string& patient, const Error& error) {
        tell({.path = "",
              .text =
                  "Patient/" + patient + ": what matters to them cannot be read: " + error.what(),
              .patient = patient});
        unread_.insert(patient);
        if (isAway(error)) away_.insert(patient);
    }

    /// Two searches may meet the same: it is told once.
    void tell(const fhir::Issue& issue) {
        if (std::none_of(problems_.begin(), problems_.end(),
                         [&](const auto& one) { return one.text == issue.text; }))
            problems_.push_back(issue);
    }

    void searchOne(const std::vector<std::string>& patients, const Kind& one) {
        if (!one.mayBePatientAlone) return searchBy(patients, one, one.parameter);
        if (!isPatientAlone_) try {
                return searchBy(patients, one, one.parameter);
            } catch (const Error& error) {
                if (error.kind() != ErrorKind::Refused && error.kind() != ErrorKind::NotFound)
                    throw;
                isPatientAlone_ = true;  // the batches that are still to come need not ask
            }
        searchBy(patients, one, "");
    }

    void searchBy(const std::vector<std::string>& patients, const Kind& one,
                  const std::string& parameter) {
        const std::set<std::string> asked(patients.begin(), patients.end());
        std::map<std::string, fhir::Observation> found;
        std::map<std::string, Sent> originals;
        std::size_t foreign = 0, aboutAnother = 0;
        fhir::Query query{{"patient", joinedReferences(profile_, "Patient", patients)}};
        if (!parameter.empty()) query.add(parameter, one.value);
        addPageSize(query, profile_);
        auto outcome = client_.search(one.type, query, [&](const auto& entry) {
            if (entry.resourceType != one.type) return;
            auto observation = read(entry, one);
            if (!observation) return;
            if (observation->id.empty()) entry.resource.refuse("has no id");
            nameLocally(*observation, client_.server());
            const auto patient = client_.server().findId(observation->subject, "Patient");
            if (!patient || asked.count(*patient) == 0)
                ++foreign;
            else if (isStatement(*observation, entry)) {
                if (observation->isAboutAnother()) {
                    ++aboutAnother;
                    return;
                }
                requireWords(*observation, entry.resource);
                const auto id = observation->id;
                if (found.try_emplace(id, *std::move(observation)).second)
                    originals[id] = {asSent(entry.resource),
                                     one.type == fhir::Observation::resourceType};
            }
        });
        if (aboutAnother != 0)
            outcome.issues.push_back({"", "search " + one.type + ": " +
                                              std::to_string(aboutAnother) +
                                              " of the results are about somebody else than the "
                                              "patient, as their focus says; they were left out"});
        if (foreign != 0)
            outcome.issues.push_back({"", "search " + one.type + ": " + std::to_string(foreign) +
                                              " of the results were not about the patients asked "
                                              "for; they were dropped. The server seems to lose "
                                              "the patient filter"});
        keep(outcome.issues, patients, one.isElsewhere ? elsewhere_ : found_, std::move(found),
             std::move(originals));
    }

    /// The statement that an entry is or stands for; nullopt where it is something else.
    std::optional<fhir::Observation> read(const fhir::BundleEntry& entry, const Kind& kind) const {
        if (kind.type == fhir::QuestionnaireResponse::resourceType) {
            const auto response = entry.read<fhir::QuestionnaireResponse>();
            refuseLeftOut(entry, {"/questionnaire"});
            if (!isOnForm(response, profile_)) return std::nullopt;
            refuseLeftOut(entry, {"/item"});
            return fromQuestionnaire(response, profile_);
        }
        if (kind.type == fhir::DocumentReference::resourceType) {
            const auto document = entry.read<fhir::DocumentReference>();
            refuseLeftOut(entry, {"/content"});
            for (const auto& content : document.content)
                if (auto one = fromDocument(document, content.attachment,
                                            pageIn(entry, document, content.attachment)))
                    return one;
            return std::nullopt;
        }
        if (kind.type == fhir::Communication::resourceType) {
            const auto message = entry.read<fhir::Communication>();
            refuseLeftOut(entry, {"/payload"});
            return fromMessage(message);
        }
        if (kind.type == fhir::Task::resourceType) {
            const auto task = entry.read<fhir::Task>();
            refuseLeftOut(entry, {"/code", "/description", "/note"});
            return fromTask(task);
        }
        auto observation = entry.read<fhir::Observation>();
        if (kind.isElsewhere) return fromFlowsheet(std::move(observation), profile_);
        return observation;
    }

    /// As `pageText`. A page that the server does not give costs its document alone.
    std::string pageIn(const fhir::BundleEntry& entry, const fhir::DocumentReference& document,
                       const fhir::Attachment& attachment) const {
        try {
            return pageText(client_, document, attachment);
        } catch (const Error& error) {
            if (error.kind() == ErrorKind::Unauthorized || error.kind() == ErrorKind::Unavailable)
                throw;
            entry.resource.at("content").refuse(std::string("has a page that cannot be read: ") +
                                                error.what());
        }
    }

    void keep(const std::vector<fhir::Issue>& issues, const std::vector<std::string>& asked,
              std::map<std::string, fhir::Observation>& all,
              std::map<std::string, fhir::Observation> found,
              std::map<std::string, Sent> originals) {
        const std::lock_guard lock(mutex_);
        originals_.merge(originals);
        all.merge(found);
        for (const auto& issue : issues) {
            tell(issue);
            // What cannot be read has a place; a remark of the server has none. Where nobody can
            // tell whose it is, it may be anybody's.
            if (issue.path.empty()) continue;
            if (issue.patient.empty())
                unread_.insert(asked.begin(), asked.end());
            else
                unread_.insert(issue.patient);
        }
    }

    const fhir::Client& client_;
    const Profile& profile_;
    const std::vector<Kind> kinds_;
    std::atomic<bool> isPatientAlone_ = false;  // of the one kind that may be
    std::mutex mutex_;
    std::map<std::string, fhir::Observation> found_, elsewhere_;  // by id
    std::map<std::string, Sent> originals_;                       // by the same id
    std::vector<fhir::Issue> problems_;
    std::set<std::string> unread_, away_;  // by Patient id
    std::vector<Error> refusals_;          // of the kinds that are refused
};

}  // namespace

bool isStatement(const fhir::Observation& observation) {
    return observation.code.has(kLoinc, kCareExperiencePreference) ||
           observation.code.has(kLoinc, kThingsThatMatterToMe) ||
           observation.hasCategory(kUsCoreCategory, kCareExperience) ||
           observation.hasCategory(kPcoConcepts, kWhatMatters);
}

fhir::Observation readStatement(const fhir::json::Value& sent, const fhir::Client& client,
                                const Profile& profile) {
    fhir::json::Wanted wanted;
    auto observation = fhir::Observation::fromJson(sent, wanted);
    if (auto row = fromFlowsheet(observation, profile)) observation = *std::move(row);
    nameLocally(observation, client.server());
    return observation;
}

bool isStatement(const fhir::Observation& observation, const fhir::BundleEntry& entry) {
    if (isStatement(observation)) return true;
    refuseLeftOut(entry, {"/code", "/category"});
    return false;
}

std::vector<std::string> statementTypes(const Profile& profile) {
    std::vector<std::string> types;
    for (const auto& kind : kindsOf(profile))
        if (std::find(types.begin(), types.end(), kind.type) == types.end())
            types.push_back(kind.type);
    return types;
}

FoundStatements findStatements(const fhir::Client& client, const Profile& profile,
                               const std::vector<std::string>& patientIds) {
    for (const auto& id : patientIds)
        if (!fhir::isId(id)) throw Error(ErrorKind::InvalidInput, "a patient id is not a FHIR id");
    StatementGathering gathering(client, profile);
    gathering.search(distinct(patientIds));
    return gathering.finish();
}

}  // namespace adapters
