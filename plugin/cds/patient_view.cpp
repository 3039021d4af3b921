#include "plugin/cds/patient_view.h"

#include <future>

#include "fhir/base/log.h"
#include "fhir/r4/bundle.h"
#include "plugin/cds/card.h"
#include "plugin/domain/summary.h"
#include "plugin/settings.h"
#include "plugin/store/statement_table.h"
#include "plugin/sync/board.h"

namespace plugin::cds {
namespace {

using domain::Statement;
using fhir::Error;
using fhir::ErrorKind;
using fhir::json::Value;

constexpr std::size_t kReaders = 8;
constexpr std::size_t kReadsWaitingMax = 32;
/// Kept back from the deadline for putting the card together and sending it.
constexpr std::chrono::milliseconds kMargin{30};

/// What a prefetch key holds (CDS Hooks 2.0, Prefetch Template): left out, nothing there, tried
/// and failed, or the data.
struct Prefetch {
    enum class State { Absent, Null, Failed, Given };
    State state = State::Absent;
    std::optional<Value> resource;
};

Prefetch prefetchOf(const Value& root, std::string_view key) {
    const auto prefetch = root.find("prefetch");
    if (!prefetch) return {};
    for (const auto [name, value] : prefetch->object()) {
        if (name != key) continue;
        if (value.isNull()) return {Prefetch::State::Null, std::nullopt};
        const auto type = value.isObject() ? value.findString("resourceType") : std::nullopt;
        if (!type || *type == "OperationOutcome") return {Prefetch::State::Failed, std::nullopt};
        return {Prefetch::State::Given, value};
    }
    return {};
}

/// The statements of a searchset about this patient; nullopt where it is only a first page or
/// cannot be read, so that the EHR must be asked.
std::optional<std::vector<Statement>> fromBundle(const Value& json, const std::string& patient) {
    try {
        const auto bundle = fhir::Bundle::fromJson(json);
        if (bundle.next) return std::nullopt;
        std::vector<Statement> result;
        for (const auto& entry : bundle.entry) {
            if (entry.resourceType != fhir::Observation::resourceType) continue;
            const auto observation = fhir::Observation::fromJson(entry.resource);
            if (!adapters::isStatement(observation)) continue;
            auto statement = domain::fromObservation(observation);
            if (statement && statement->patient == patient) result.push_back(std::move(*statement));
        }
        return result;
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::InvalidInput) throw;
        return std::nullopt;
    }
}

std::string idOf(const Value& context, const char* name, std::string_view type) {
    auto text = context.at(name).string();
    const auto prefix = std::string(type) + "/";
    if (text.starts_with(prefix)) text.erase(0, prefix.size());
    if (!fhir::isId(text)) context.at(name).refuse("is not a FHIR id");
    return text;
}

}  // namespace

PatientView::PatientView(const Site& site, std::chrono::milliseconds deadline)
    : site_(site), deadline_(deadline), readers_(kReaders, kReadsWaitingMax) {}

std::string PatientView::describe() const {
    fhir::json::Writer writer;
    writer.beginObject()
        .member("hook", "patient-view")
        .member("id", "what-matters")
        .member("title", "What matters to this person")
        .member("description",
                "Shows what the patient said matters most, in their own words, when and by whom "
                "it was said, and whether it is worth asking again.")
        .key("prefetch")
        .beginObject()
        .member("patient", "Patient/{{context.patientId}}")
        .member("encounter", "Encounter/{{context.encounterId}}")
        .member("statements",
                "Observation?patient={{context.patientId}}&category=http://hl7.org/fhir/us/core/"
                "CodeSystem/us-core-category|care-experience-preference")
        .endObject()
        .endObject();
    return writer.take();
}

void PatientView::requireTrust(const http::Request&) const {
    if (site_.settings.development) return;
    for (const auto& [id, connection] : site_.connections)
        if (connection.settings.cdsTrustsNetwork) return;
    throw Error(ErrorKind::Unauthorized, "This service answers its EHR only.");
}

PatientView::Call PatientView::readCall(const http::Request& request, const Value& root) const {
    if (root.at("hook").text() != "patient-view")
        root.at("hook").refuse("must be patient-view for this service");
    root.at("hookInstance").text();
    const auto context = root.at("context");
    context.at("userId").text();
    Call call;
    call.patient = idOf(context, "patientId", "Patient");
    if (context.find("encounterId")) call.encounter = idOf(context, "encounterId", "Encounter");
    call.deadline = request.received + deadline_ - kMargin;
    if (const auto server = root.findString("fhirServer"))
        call.connection = site_.connections.findByBase(*server);
    else if (site_.connections.size() == 1)
        call.connection = &site_.connections.begin()->second;
    // The same answer for an unknown server and one that may not call: nothing is learnt here.
    const bool trusted = call.connection != nullptr &&
                         (site_.settings.development || call.connection->settings.cdsTrustsNetwork);
    if (!trusted) throw Error(ErrorKind::Unauthorized, "This service answers its EHR only.");
    return call;
}

std::optional<std::vector<Statement>> PatientView::readInTime(const Call& call) const {
    using Result = std::optional<std::vector<Statement>>;
    // Shared with the reader, which may be late and outlive this call.
    const auto promise = std::make_shared<std::promise<Result>>();
    auto result = promise->get_future();
    const auto* adapter = call.connection->adapter.get();
    const bool taken = readers_.run([promise, adapter, patient = call.patient] {
        try {
            promise->set_value(sync::toStatements(adapter->statements({patient}).observations));
        } catch (const Error& error) {
            fhir::log::warning("hook: the EHR could not be read",
                               {{"kind", fhir::toString(error.kind())}, {"why", error.what()}});
            promise->set_value(std::nullopt);
        } catch (const std::exception&) {
            fhir::log::error("hook: reading failed unexpectedly");
            promise->set_value(std::nullopt);
        }
    });
    if (!taken || result.wait_until(call.deadline) != std::future_status::ready)
        return std::nullopt;
    return result.get();
}

PatientView::Known PatientView::learn(const Call& call, const Value& root) const {
    Known known;
    const auto& id = call.connection->settings.id;
    const store::WardTable wards(site_.database);
    const auto row = wards.findPatient(id, call.patient);
    if (row && (call.encounter.empty() || row->encounter == call.encounter))
        known.stay = sync::stayOf(*row);
    if (const auto encounter = prefetchOf(root, "encounter"); encounter.resource) try {
            known.stay = sync::stayOf(fhir::Encounter::fromJson(*encounter.resource));
        } catch (const Error& error) {
            // The words matter more than the stay that they are judged in.
            fhir::log::info("hook: the encounter cannot be read", {{"why", error.what()}});
        }

    std::optional<std::vector<Statement>> fromEhr;
    const auto statements = prefetchOf(root, "statements");
    if (statements.state == Prefetch::State::Null)
        fromEhr.emplace();
    else if (statements.resource)
        fromEhr = fromBundle(*statements.resource, call.patient);
    if (!fromEhr && statements.state != Prefetch::State::Failed) fromEhr = readInTime(call);
    if (!fromEhr && row) {
        fromEhr = sync::statementsOf(*row);
        for (const auto& unit : call.connection->settings.units)
            if (wards.find(id, unit.id, row->encounter))
                known.heldFrom = wards.state(id, unit.id).readAt;
    }
    const store::StatementTable ours(site_.database);
    known.statements = domain::merge(std::move(fromEhr).value_or(std::vector<Statement>{}),
                                     ours.ofPatients(id, {call.patient}));
    return known;
}

http::Response PatientView::operator()(const http::Request& request) const {
    requireTrust(request);  // before anything is said about what was sent
    const auto document = fhir::json::Document::parse(request.body);
    const auto call = readCall(request, document.root());
    const auto known = learn(call, document.root());
    const auto now = site_.clock.now();
    const auto summary =
        domain::summarise(known.statements, known.stay, site_.settings.freshness, now);
    const auto card = cardJson(summary, now, known.heldFrom);
    return http::Response::json(200, "{\"cards\":[" + card.value_or("") + "]}");
}

}  // namespace plugin::cds
