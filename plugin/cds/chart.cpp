#include "plugin/cds/chart.h"

#include <algorithm>

#include "adapters/companion_references.h"
#include "adapters/local_reference.h"
#include "adapters/patient_links.h"
#include "fhir/base/concurrency/deadline_task.h"
#include "plugin/cds/prefetch.h"
#include "plugin/domain/summary.h"
#include "plugin/records/projection.h"
#include "plugin/settings/settings.h"
#include "plugin/store/tables/statement_table.h"
#include "plugin/store/tables/ward_table.h"

namespace plugin::cds {
namespace {

using domain::Statement;
using fhir::Error;
using fhir::ErrorKind;
using fhir::json::Value;

/// A prefetched resource of this type and id; nullopt where it is none, or somebody else's.
template <class Resource>
std::optional<Resource> prefetched(const Prefetch& prefetch, const std::string& id) {
    if (!prefetch.resource) return std::nullopt;
    try {
        auto resource = Resource::fromJson(*prefetch.resource);
        if (resource.id == id) return resource;
        fhir::log::warning("hook: the prefetch holds another resource than was asked for");
    } catch (const Error& error) {
        // The words matter more than what they are judged by.
        if (error.kind() != ErrorKind::InvalidInput) throw;
        fhir::log::info("hook: a prefetched resource cannot be read", {{"why", error.path()}});
    }
    return std::nullopt;
}

bool isOf(const fhir::Encounter& encounter, const std::string& patient,
          const fhir::ClientOptions& server) {
    return adapters::localId(encounter.subject.value_or(fhir::Reference{}), "Patient", server) ==
           patient;
}

/// Whether somebody at the EHR would have to change something before it could be read.
bool isShut(std::optional<ErrorKind> failure) {
    return failure == ErrorKind::Unauthorized || failure == ErrorKind::Forbidden ||
           failure == ErrorKind::Refused || failure == ErrorKind::NotFound;
}

bool isRefusal(std::optional<ErrorKind> failure) {
    return failure == ErrorKind::Unauthorized || failure == ErrorKind::Forbidden;
}

/// Whether a read that brought nothing was not done in time; one that fails at the end of the time
/// may have failed for it.
bool isLate(std::optional<ErrorKind> failure, fhir::Deadline deadline) {
    return !failure || std::chrono::steady_clock::now() >= deadline;
}

Reading readingOf(const std::optional<WordsRead>& words, bool isLate) {
    if (words) return words->isWhole ? Reading::Whole : Reading::Unreadable;
    return isLate ? Reading::Late : Reading::Unreadable;
}

/// The reads that a call leaves to us, all begun at once.
struct Reads {
    std::optional<fhir::DeadlineTask<WordsRead>> kept;
    std::optional<fhir::DeadlineTask<WordsRead>> statements;
    std::optional<fhir::DeadlineTask<fhir::Encounter>> encounter;
    std::optional<fhir::DeadlineTask<fhir::Patient>> patient;
};

/// What the chart of the EHR says.
WordsRead readChart(const adapters::Adapter& ehr, const std::string& patient) {
    const auto found = ehr.statements({patient});
    // An entry that cannot be read has a place. A server's remarks have none, nor has a way to
    // search that it never lets anybody use: they would hide for good that nobody was asked.
    const bool isWhole = std::all_of(found.problems.begin(), found.problems.end(),
                                     [](const auto& one) { return one.path.empty(); });
    return {records::toStatements(found.observations), isWhole};
}

/// What a companion server holds of a patient. `replaced`: the records that were merged into
/// theirs.
WordsRead readCompanion(const adapters::Adapter& companion, const fhir::Url& ehrBase,
                        const std::string& patient, std::vector<std::string> replaced) {
    replaced.push_back(patient);
    auto found =
        adapters::findAtCompanion(companion.client(), companion.profile(), ehrBase, replaced);
    WordsRead kept{records::toStatements(found.observations), found.problems.empty()};
    for (auto& statement : kept.statements) statement.patient = patient;
    return kept;
}

Reads begin(fhir::WorkerPool& workers, const HookCall& call, const Connection& connection,
            fhir::Deadline deadline, bool statements, bool encounter, bool patient,
            std::vector<std::string> replaced) {
    // Up, so that a read which is too slow is late, and has not failed.
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    Reads reads;
    if (left <= std::chrono::milliseconds::zero()) return reads;
    if (connection.companion != nullptr) {
        const std::shared_ptr<const adapters::Adapter> companion =  // shared with the task
            connection.companion->adapterFor({}, left);
        reads.kept.emplace(workers, [companion, ehrBase = connection.settings.fhirBase,
                                     id = call.patient, replaced = std::move(replaced)] {
            return readCompanion(*companion, ehrBase, id, replaced);
        });
    }
    if (!statements && !encounter && !patient) return reads;
    // Made for this call alone: with it goes the token, and a read that is late ends with it.
    // Shared by the reads, of which the last may outlive the call.
    const std::shared_ptr<const adapters::Adapter> adapter =
        connection.adapterFor(call.accessToken, left);
    if (statements)
        reads.statements.emplace(workers,
                                 [adapter, id = call.patient] { return readChart(*adapter, id); });
    if (encounter)
        reads.encounter.emplace(workers,
                                [adapter, id = call.encounter] { return adapter->encounter(id); });
    if (patient)
        reads.patient.emplace(workers,
                              [adapter, id = call.patient] { return adapter->patient(id); });
    return reads;
}

}  // namespace

void ChartReader::takeHeld(Chart& chart, const HookCall& call, const Connection& connection,
                           bool withStatements) const {
    const auto& id = connection.settings.id;
    if (connection.settings.units.empty()) return;  // nothing is ever synced
    const store::WardTable wards(uses_.database);
    const auto row = wards.findPatient(id, call.patient);
    if (!row) return;
    if (call.encounter.empty() || row->encounter == call.encounter)
        chart.stay = records::stayOf(*row);
    if (!withStatements) return;
    chart.statements = records::statementsOf(*row);
    for (const auto& unit : connection.settings.units)
        if (wards.find(id, unit.id, row->encounter))
            chart.heldFrom = wards.state(id, unit.id).readAt;
}

std::vector<Statement> ChartReader::heldKept(const HookCall& call,
                                             const Connection& connection) const {
    const auto row =
        store::WardTable(uses_.database).findPatient(connection.settings.id, call.patient);
    if (!row) return {};
    auto held = records::statementsOf(*row);
    std::erase_if(held, [](const Statement& one) {
        return adapters::serverName(one.location.value_or("")).empty();
    });
    return held;
}

Chart ChartReader::read(const HookCall& call, const Connection& connection, const Value& root,
                        fhir::Deadline deadline) const {
    using State = Prefetch::State;
    const auto statements = prefetchOf(root, "statements");
    const auto encounter = prefetchOf(root, "encounter");
    const auto patient = prefetchOf(root, "patient");

    std::optional<WordsRead> words;
    if (statements.state == State::Null) words.emplace();
    const auto& server = connection.adapter->client().options();
    if (statements.resource) words = statementsOf(*statements.resource, call.patient, server);
    const bool asksWords = !words && statements.state != State::Failed;
    auto person = prefetched<fhir::Patient>(patient, call.patient);
    auto reads = begin(workers_, call, connection, deadline, asksWords,
                       encounter.state == State::Absent && !call.encounter.empty(),
                       patient.state == State::Absent,
                       connection.companion != nullptr && person
                           ? adapters::replaces(*person, connection.settings.fhirBase)
                           : std::vector<std::string>());

    Chart chart;
    const auto note = [&](std::optional<ErrorKind> why) {
        if (call.accessToken && isRefusal(why)) chart.isRefused = true;
    };
    for (const auto* one : {&statements, &encounter, &patient}) note(one->failure);
    const auto get = [&](auto& read) {
        auto brought = read->get(deadline);
        note(read->failure());
        return brought;
    };
    std::optional<ErrorKind> failure;
    if (reads.statements) {
        words = get(reads.statements);
        failure = reads.statements->failure();
    }
    chart.reading = readingOf(words, asksWords && isLate(failure, deadline));
    auto stay = prefetched<fhir::Encounter>(encounter, call.encounter);
    if (!stay && reads.encounter) stay = get(reads.encounter);
    if (!person && reads.patient) person = get(reads.patient);

    const bool staysOurs = !stay || !isOf(*stay, call.patient, server);
    if ((!words || staysOurs) && !chart.isRefused) takeHeld(chart, call, connection, !words);
    if (words) chart.statements = std::move(words->statements);
    if (!staysOurs) chart.stay = records::stayOf(*stay);
    chart.isDeceased = person && person->deceased;

    if (connection.companion != nullptr && !chart.isRefused) {
        auto kept = reads.kept ? reads.kept->get(deadline) : std::nullopt;
        chart.lacksKept = !kept || !kept->isWhole;
        if (chart.lacksKept)
            chart.statements =
                domain::merge(std::move(chart.statements), heldKept(call, connection));
        if (kept) chart.statements = domain::merge(std::move(chart.statements), kept->statements);
    }
    const auto& id = connection.settings.id;
    auto ours = store::StatementTable(uses_.database).ofPatients(id, {call.patient});
    const bool isNothingHeld = !chart.heldFrom && ours.empty() && chart.statements.empty();
    chart.isOutOfReach = asksWords && isShut(failure) && (chart.isRefused || isNothingHeld);
    // Of our words it still holds that they were taken back, wherever the EHR has them.
    if (chart.isRefused) std::erase_if(ours, [](const Statement& one) { return !one.retracted; });
    chart.statements = domain::merge(std::move(chart.statements), ours);
    return chart;
}

}  // namespace plugin::cds
