#include "adapters/companion_references.h"

#include <algorithm>
#include <set>

#include "adapters/search_query.h"

namespace adapters {
namespace {

using fhir::Error;
using fhir::ErrorKind;
using fhir::Reference;

constexpr std::string_view kUuid = "urn:uuid:";
/// A tag is an address, longer than an id: so many still fit into a request line of 8 KB, which is
/// what servers and proxies take at least.
constexpr int kPatientsPerSearch = 20;

/// "https://ehr.example/fhir/Patient", whether or not the base ends in a slash.
std::string systemOf(const fhir::Url& ehrBase, std::string_view type) {
    auto text = ehrBase.text();
    while (text.ends_with('/')) text.pop_back();
    return text + "/" + std::string(type);
}

bool isOurs(const fhir::Identifier& identifier) {
    return identifier.value.value_or("").starts_with(kUuid);
}

void toCompanion(std::optional<Reference>& reference, const fhir::Url& ehrBase) {
    if (reference) reference = toCompanionReferences(*std::move(reference), ehrBase);
}

void addTag(std::optional<fhir::Meta>& meta, const Reference& subject) {
    const auto tag = companionTag(subject);
    if (!tag) return;
    if (!meta) meta.emplace();
    meta->tag.push_back(*tag);
}

Authored toCompanion(fhir::Observation observation, const fhir::Url& ehrBase) {
    toCompanion(observation.subject, ehrBase);
    toCompanion(observation.encounter, ehrBase);
    for (auto& one : observation.performer) one = toCompanionReferences(std::move(one), ehrBase);
    for (auto* all : {&observation.derivedFrom, &observation.replaces})
        for (auto& one : *all) {
            if (one.identifier && isOurs(*one.identifier)) one.reference.reset();
            one = toCompanionReferences(std::move(one), ehrBase);
        }
    if (observation.subject) addTag(observation.meta, *observation.subject);
    return observation;
}

Authored toCompanion(fhir::Flag flag, const fhir::Url& ehrBase) {
    flag.subject = toCompanionReferences(std::move(flag.subject), ehrBase);
    toCompanion(flag.author, ehrBase);
    addTag(flag.meta, flag.subject);
    return flag;
}

void toEhr(fhir::Observation& observation, const fhir::Url& ehrBase, const std::string& address) {
    const auto bring = [&](Reference& one) { one = toEhrReferences(std::move(one), ehrBase); };
    bring(*observation.subject);
    if (observation.encounter) bring(*observation.encounter);
    std::for_each(observation.performer.begin(), observation.performer.end(), bring);
    for (auto* all : {&observation.focus, &observation.derivedFrom, &observation.replaces})
        std::for_each(all->begin(), all->end(), bring);
    observation.derivedFrom.push_back({address, {}, {}});
}

}  // namespace

Reference toCompanionReferences(Reference reference, const fhir::Url& ehrBase) {
    const auto named = fhir::ServerAddress(ehrBase).find(reference);
    // An address of some third server means the same everywhere.
    if (!named) return reference;
    reference.reference.reset();
    reference.type = named->type;
    reference.identifier = fhir::Identifier{{}, systemOf(ehrBase, named->type), named->id};
    return reference;
}

Reference toEhrReferences(Reference reference, const fhir::Url& ehrBase) {
    if (reference.reference || !reference.identifier || !reference.type) return reference;
    const auto& identifier = *reference.identifier;
    if (identifier.system != systemOf(ehrBase, *reference.type)) return reference;
    auto text = *reference.type + "/" + identifier.value.value_or("");
    if (!fhir::parseReference(text)) return reference;
    return {std::move(text), {}, std::move(reference.display)};
}

Authored toCompanionReferences(const Authored& authored, const fhir::Url& ehrBase) {
    return std::visit([&](const auto& one) { return toCompanion(one, ehrBase); }, authored);
}

std::optional<std::string> addressOf(const Reference& reference) {
    if (reference.reference || !reference.identifier || !reference.type) return std::nullopt;
    const auto system = reference.identifier->system.value_or("");
    const auto id = reference.identifier->value.value_or("");
    const bool isAddress = system.find("://") != std::string::npos &&
                           system.ends_with("/" + *reference.type) && fhir::isId(id);
    return isAddress ? std::optional(system + "/" + id) : std::nullopt;
}

std::optional<fhir::Coding> companionTag(const Reference& subject) {
    if (!addressOf(subject)) return std::nullopt;
    return fhir::Coding{subject.identifier->system, subject.identifier->value, {}};
}

std::string tagToken(const fhir::Coding& tag) {
    return tag.system.value_or("") + "|" + tag.code.value_or("");
}

std::string serverName(std::string_view address) {
    const auto scheme = address.find("://");
    if (scheme == std::string_view::npos) return {};
    address.remove_prefix(scheme + 3);
    return std::string(address.substr(0, address.find('/')));
}

FoundStatements findAtCompanion(const fhir::Client& client, const Profile& profile,
                                const fhir::Url& ehrBase,
                                const std::vector<std::string>& patientIds) {
    FoundStatements result;
    const auto system = systemOf(ehrBase, "Patient");
    std::size_t foreign = 0;
    for (const auto& some :
         batches(distinct(patientIds), std::min(profile.patientsPerSearch, kPatientsPerSearch))) {
        std::set<std::string> asked;
        std::vector<std::string> tokens;
        for (const auto& id : some) {
            if (!fhir::isId(id)) throw Error(ErrorKind::InvalidInput, "a patient id is no FHIR id");
            asked.insert("Patient/" + id);
            tokens.push_back(tagToken({system, id, {}}));
        }
        fhir::Query query{{"_tag", joined(tokens)}};
        addPageSize(query, profile);
        const std::string type(fhir::Observation::resourceType);
        const auto outcome = client.search(type, query, [&](const fhir::BundleEntry& entry) {
            if (entry.resourceType != type) return;
            auto observation = entry.read<fhir::Observation>();
            if (observation.id.empty()) entry.resource.refuse("has no id");
            const bool isOwn =
                std::any_of(observation.identifier.begin(), observation.identifier.end(), isOurs);
            if (!isOwn || !isStatement(observation)) return;
            const auto subject =
                toEhrReferences(observation.subject.value_or(Reference{}), ehrBase);
            if (asked.count(subject.reference.value_or("")) == 0) {
                ++foreign;
                return;
            }
            toEhr(observation, ehrBase, client.urlOf(type + "/" + observation.id).text());
            result.observations.push_back(std::move(observation));
        });
        result.problems.insert(result.problems.end(), outcome.issues.begin(), outcome.issues.end());
    }
    if (foreign != 0)
        result.problems.push_back(
            {"", "search Observation: " + std::to_string(foreign) +
                     " of the results were not about the patients asked for; they were dropped. "
                     "The server seems to lose the filter by tag"});
    return result;
}

}  // namespace adapters
