#include "adapters/routes/find_copies.h"

#include <algorithm>
#include <set>

#include "adapters/companion_references.h"
#include "adapters/routes/likeness.h"
#include "adapters/search_query.h"

namespace adapters {
namespace {

using fhir::Error;
using fhir::ErrorKind;
using fhir::Query;

template <class Resource>
const fhir::Identifier& ownIdentifier(const Resource& resource) {
    return resource.identifier.front();
}
const fhir::Identifier& ownIdentifier(const fhir::QuestionnaireResponse& response) {
    return *response.identifier;
}

std::pair<std::string, std::string> patientIs(const RouteContext& context,
                                              const std::optional<fhir::Reference>& subject) {
    const auto id = *context.client.server().findId(subject, "Patient");
    return {"patient", joinedReferences(context.profile, "Patient", {id})};
}

std::string token(const fhir::Coding& coding) {
    return coding.system ? *coding.system + "|" + coding.code.value_or("")
                         : coding.code.value_or("");
}

/// Searches that can find the resource where `identifier` is not taken or not kept; not every
/// server takes each.
std::vector<Query> widerQueries(const RouteContext& context, const fhir::Observation& observation) {
    if (const auto tag = companionTag(*observation.subject)) return {{{"_tag", tagToken(*tag)}}};
    return {{patientIs(context, observation.subject),
             {"code", token(observation.code.coding.front())}}};
}
std::vector<Query> widerQueries(const RouteContext&, const fhir::Flag& flag) {
    if (const auto tag = companionTag(flag.subject)) return {{{"_tag", tagToken(*tag)}}};
    return {{{"subject", flag.subject.relative()}}};
}
std::vector<Query> widerQueries(const RouteContext& context,
                                const fhir::QuestionnaireResponse& response) {
    const auto patient = patientIs(context, response.subject);
    return {{patient, {"questionnaire", response.questionnaire.value_or("")}}, {patient}};
}
std::vector<Query> widerQueries(const RouteContext& context,
                                const fhir::DocumentReference& document) {
    const auto patient = patientIs(context, document.subject);
    return {{patient, {"type", token(document.type->coding.front())}}, {patient}};
}
std::vector<Query> widerQueries(const RouteContext& context, const fhir::Communication& message) {
    std::vector<Query> queries;
    if (message.subject) queries.push_back({patientIs(context, message.subject)});
    queries.push_back({{"recipient", message.recipient.front().relative()}});
    return queries;
}
std::vector<Query> widerQueries(const RouteContext& context, const fhir::Task& task) {
    if (task.taskFor) return {{patientIs(context, task.taskFor)}};
    return {{{"owner", task.owner->relative()}}};
}

/// The narrowest first: not every server takes `identifier`, nor keeps what it found by.
template <class Resource>
std::vector<Query> queriesFor(const RouteContext& context, const Resource& resource) {
    std::vector<Query> queries;
    if (context.profile.keepsIdentifiers)
        queries.push_back({{"identifier", identifierToken(resource)}});
    for (auto& query : widerQueries(context, resource)) queries.push_back(std::move(query));
    return queries;
}

bool hasIdentifier(const fhir::json::Value& resource, const fhir::Identifier& wanted) {
    fhir::json::Wanted readable;
    const auto isIt = [&](const fhir::json::Value& one) {
        return readable.string(one, "system") == wanted.system &&
               readable.string(one, "value") == wanted.value;
    };
    const auto identifier = resource.find("identifier");
    if (identifier && identifier->isObject()) return isIt(*identifier);
    const auto all = readable.objects(resource, "identifier");
    return std::any_of(all.begin(), all.end(), isIt);
}

/// Reads a search entry that has our identifier. There and not readable is no reason to write it
/// again: it would be there twice.
template <class Resource>
Resource readCopy(const fhir::BundleEntry& entry) {
    try {
        return entry.read<Resource>();
    } catch (const Error& error) {
        throw Error(ErrorKind::Conflict, entry.resourceType + "/" + entry.id +
                                             " has our identifier but cannot be read: " +
                                             error.path() + " " + error.what());
    }
}

/// What of a search may be a copy.
template <class Resource>
struct Candidates {
    std::vector<Resource> copies;  ///< these are
    std::vector<Resource> others;  ///< without our identifier, which this EHR does not keep
    std::string unreadable;        ///< the reference of one that cannot be read; else ""
    std::string elsewhere;         ///< why what is another server's was left out; else ""
};

template <class Resource>
void takeCandidate(const RouteContext& context, const Resource& resource,
                   const fhir::BundleEntry& entry, Candidates<Resource>& candidates) {
    if (entry.resourceType != Resource::resourceType) return;
    if (hasIdentifier(entry.resource, ownIdentifier(resource))) {
        candidates.copies.push_back(readCopy<Resource>(entry));
        return;
    }
    if (context.profile.keepsIdentifiers) return;
    try {
        candidates.others.push_back(entry.read<Resource>());
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::InvalidInput) throw;
        candidates.unreadable = entry.resourceType + "/" + entry.id;
    }
}

template <class Resource>
Candidates<Resource> findCandidates(const RouteContext& context, const Resource& resource,
                                    const Query& query) {
    Candidates<Resource> candidates;
    const auto outcome =
        context.client.search(Resource::resourceType, query, [&](const fhir::BundleEntry& entry) {
            takeCandidate(context, resource, entry, candidates);
        });
    if (outcome.elsewhere != 0) candidates.elsewhere = outcome.issues.back().text;
    return candidates;
}

/// Nobody but a person can tell whether it is there.
[[noreturn]] void refuseDoubt(const std::string& why) {
    throw Error(
        ErrorKind::BadReply,
        "whether an earlier try arrived cannot be found out, so it is not sent again: " + why)
        .withCause(kInDoubt);
}

/// Which of the candidates are copies, each once.
template <class Resource>
std::vector<Resource> copiesAmong(const RouteContext& context, const Resource& resource,
                                  Candidates<Resource> candidates) {
    auto copies = std::move(candidates.copies);
    auto doubtful = std::move(candidates.unreadable);
    for (auto& other : candidates.others) {
        const auto like = likeness(context, resource, other);
        if (like == Likeness::CannotTell)
            doubtful = std::string(Resource::resourceType) + "/" + other.id;
        else if (like == Likeness::Same)
            copies.push_back(std::move(other));
    }
    if (copies.empty() && !doubtful.empty())
        refuseDoubt(doubtful + " may be what it wrote, and the EHR keeps nothing to tell by");
    if (copies.empty() && !candidates.elsewhere.empty()) refuseDoubt(candidates.elsewhere);
    std::set<std::string> ids;
    copies.erase(std::remove_if(copies.begin(), copies.end(),
                                [&](const Resource& one) { return !ids.insert(one.id).second; }),
                 copies.end());
    return copies;
}

template <class Resource>
bool isOlder(const Resource& left, const Resource& right) {
    const auto updated = [](const Resource& one) {
        const auto text = one.meta ? one.meta->lastUpdated.value_or("") : "";
        const auto moment = fhir::DateTime::tryParse(text);
        return moment ? moment->earliest() : fhir::Instant::max();
    };
    return updated(left) < updated(right);
}

}  // namespace

bool isNo(ErrorKind kind) noexcept {
    return kind == ErrorKind::Refused || kind == ErrorKind::Forbidden ||
           kind == ErrorKind::NotFound;
}

template <class Resource>
std::string identifierToken(const Resource& resource) {
    const auto& identifier = ownIdentifier(resource);
    return identifier.system.value_or("") + "|" + identifier.value.value_or("");
}

template <class Resource>
std::vector<Resource> findCopies(const RouteContext& context, const Resource& resource) {
    std::string why;
    for (const auto& query : queriesFor(context, resource)) {
        std::vector<Resource> copies;
        try {
            copies = copiesAmong(context, resource, findCandidates(context, resource, query));
        } catch (const Error& error) {
            if (!isNo(error.kind())) throw;
            why = error.what();
            continue;
        }
        std::stable_sort(copies.begin(), copies.end(), isOlder<Resource>);
        return copies;
    }
    refuseDoubt(why);
}

#define FIND_COPIES_OF(Resource)                                                     \
    template std::vector<Resource> findCopies(const RouteContext&, const Resource&); \
    template std::string identifierToken(const Resource&);

FIND_COPIES_OF(fhir::Observation)
FIND_COPIES_OF(fhir::Flag)
FIND_COPIES_OF(fhir::QuestionnaireResponse)
FIND_COPIES_OF(fhir::DocumentReference)
FIND_COPIES_OF(fhir::Communication)
FIND_COPIES_OF(fhir::Task)

}  // namespace adapters
