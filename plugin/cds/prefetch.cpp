#include "plugin/cds/prefetch.h"

#include "adapters/adapter.h"
#include "adapters/statements/local_names.h"
#include "adapters/statements/statement_forms.h"
#include "fhir/base/log.h"
#include "fhir/client/reply.h"
#include "fhir/r4/bundle.h"

namespace plugin::cds {

using fhir::json::Value;

namespace {

std::optional<fhir::ErrorKind> failureOf(const Value& outcome) {
    try {
        fhir::refuseOutcome("prefetch", outcome);
        return std::nullopt;
    } catch (const fhir::Error& error) {
        return error.kind();
    }
}

/// What is known without a value: nothing where the key was left out, else that there is none.
template <class T>
records::Known<T> knownBy(const Prefetch& prefetch) {
    records::Known<T> known;
    known.isSettled = prefetch.state != Prefetch::State::Absent;
    if (prefetch.state == Prefetch::State::Failed)
        known.failure = prefetch.failure.value_or(fhir::ErrorKind::BadReply);
    return known;
}

template <class Resource>
records::Known<Resource> prefetched(const Prefetch& prefetch, const std::string& id) {
    auto known = knownBy<Resource>(prefetch);
    if (!prefetch.resource) return known;
    try {
        fhir::json::Wanted wanted;
        auto resource = Resource::fromJson(*prefetch.resource, wanted);
        fhir::json::logLeftOut("prefetch", wanted.problems());
        if (resource.id == id)
            known.value = std::move(resource);
        else
            fhir::log::warning("hook: the prefetch holds another resource than was asked for");
    } catch (const fhir::Error& error) {
        if (error.kind() != fhir::ErrorKind::InvalidInput) throw;
        fhir::log::info("hook: a prefetched resource cannot be read", {{"why", error.path()}});
    }
    return known;
}

/// Takes the statement of one entry, if it is one about this patient of the server.
void takeWords(const fhir::BundleEntry& entry, const std::string& patient,
               const fhir::ServerAddress& server, records::WordsRead& result) {
    if (entry.resourceType != fhir::Observation::resourceType) return;
    // An id of another server means another person, whatever put them into one bundle. It may be
    // this person there; who they are here cannot be read from it.
    if (server.isElsewhere(entry)) {
        result.isWhole = false;
        return;
    }
    auto observation = entry.read<fhir::Observation>();
    if (!adapters::isStatement(observation, entry)) return;
    adapters::nameLocally(observation, server);
    const auto subject = observation.subject.value_or(fhir::Reference{});
    const auto about = server.findId(subject, "Patient");
    if (!about && !subject.base().empty()) result.isWhole = false;
    if (about != patient) return;
    adapters::requireWords(observation, entry.resource);
    if (auto statement = domain::fromObservation(observation))
        result.statements.push_back(std::move(*statement));
}

/// The same with the type that the answer to a search has. It says nothing that the key of the
/// prefetch does not say, and some leave it out.
fhir::json::Document asSearchset(const Value& bundle) {
    fhir::json::Writer writer;
    writer.beginObject().member("type", "searchset");
    for (const auto [name, value] : bundle.object()) writer.key(name).value(value);
    return fhir::json::Document::parse(writer.endObject().take());
}

/// The statements of a searchset about this patient of the server, without the entries that cannot
/// be read; nullopt where it is only a first page or cannot be read itself.
std::optional<records::WordsRead> statementsOf(const Value& json, const std::string& patient,
                                               const fhir::ServerAddress& server) {
    try {
        std::optional<fhir::json::Document> typed;
        if (!json.find("type")) typed = asSearchset(json);
        const auto bundle = fhir::Bundle::fromJson(typed ? typed->root() : json);
        if (bundle.next) return std::nullopt;
        records::WordsRead result{{}, bundle.issue.empty(), bundle.issue.size()};
        for (const auto& entry : bundle.entry) {
            try {
                takeWords(entry, patient, server, result);
                fhir::json::logLeftOut("prefetch", entry.wanted.problems());
            } catch (const fhir::Error& error) {
                if (error.kind() != fhir::ErrorKind::InvalidInput) throw;
                fhir::log::info("hook: an entry of the prefetch cannot be read",
                                {{"resource", entry.resourceType}, {"why", error.path()}});
                result.isWhole = false;
                ++result.problems;
            }
        }
        return result;
    } catch (const fhir::Error& error) {
        if (error.kind() != fhir::ErrorKind::InvalidInput) throw;
        return std::nullopt;
    }
}

}  // namespace

Prefetch prefetchOf(const Value& root, std::string_view key) {
    const auto prefetch = root.find("prefetch");
    if (!prefetch) return {};
    for (const auto [name, value] : prefetch->object()) {
        if (name != key) continue;
        if (value.isNull()) return {Prefetch::State::Null};
        const auto type = value.isObject() ? value.findString("resourceType") : std::nullopt;
        if (!type) return {Prefetch::State::Failed};
        if (*type == "OperationOutcome")
            return {.state = Prefetch::State::Failed, .failure = failureOf(value)};
        return {Prefetch::State::Given, value};
    }
    return {};
}

records::Known<records::WordsRead> prefetchedWords(const Value& root, const std::string& patient,
                                                   const fhir::ServerAddress& server) {
    const auto prefetch = prefetchOf(root, "statements");
    auto known = knownBy<records::WordsRead>(prefetch);
    if (prefetch.state == Prefetch::State::Null) known.value.emplace();
    if (prefetch.resource) {
        known.value = statementsOf(*prefetch.resource, patient, server);
        known.isSettled = known.value.has_value();
    }
    return known;
}

records::Known<fhir::Patient> prefetchedPatient(const Value& root, const std::string& id) {
    return prefetched<fhir::Patient>(prefetchOf(root, "patient"), id);
}

records::Known<fhir::Encounter> prefetchedEncounter(const Value& root, const std::string& id) {
    return prefetched<fhir::Encounter>(prefetchOf(root, "encounter"), id);
}

}  // namespace plugin::cds
