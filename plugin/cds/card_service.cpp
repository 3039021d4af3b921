#include "plugin/cds/card_service.h"

#include "fhir/base/concurrency/deadline_task.h"
#include "plugin/audit/trail.h"
#include "plugin/cds/card.h"
#include "plugin/cds/nudge.h"
#include "plugin/cds/prefetch.h"
#include "plugin/settings/settings.h"

namespace plugin::cds {
namespace {

using fhir::Error;
using fhir::ErrorKind;

constexpr std::size_t kWorkers = 8;
constexpr std::size_t kWaitingMax = 32;
/// Kept back from the deadline for putting the card together and sending it.
constexpr std::chrono::milliseconds kMargin{30};

int serviceOf(const http_server::Request& request) {
    const auto service = findService(request.parameters.at("id"));
    if (!service) throw Error(ErrorKind::NotFound, "There is no such service.");
    return *service;
}

/// The languages that the reader knows: the site's, and those that a browser says.
std::vector<std::string> readerLanguages(const CdsSettings& settings,
                                         const http_server::Request& request) {
    std::vector<std::string> result{settings.language};
    const auto header = request.headers.find("Accept-Language").value_or("");
    for (const auto entry : fhir::listElements(header)) {
        const auto tag = fhir::trimmed(entry.substr(0, entry.find(';')));
        if (!tag.empty() && tag != "*") result.emplace_back(tag);
    }
    return result;
}

/// Where an EHR opens the page from; "" where its cards cannot link to it.
std::string launchUrl(const Uses& uses, const Connection& connection) {
    const auto& settings = connection.settings;
    const bool isRegistered = settings.launch.has_value() || uses.settings.development;
    if (!settings.profile.cards.smartLinks || !isRegistered) return "";
    return uses.settings.publicUrl.resolve("/launch").text();
}

http_server::Response outOfReach(const http_server::Request& request) {
    return http_server::problem({412, "words-out-of-reach", "Precondition failed",
                                 "The call has no prefetch of \"statements\" that can be read, and "
                                 "the FHIR server does not "
                                 "let them be read."},
                                request);
}

records::PatientAsk askFor(const HookCall& call, const Connection& connection,
                           const fhir::json::Value& root, fhir::Deadline deadline,
                           fhir::Instant now) {
    // Up, so that a read which is too slow is late, and has not failed.
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    const auto& server = connection.adapter->client().server();
    return {.connection = connection.settings,
            // Made for this call alone: with it goes the token, and a read that is late ends with
            // it.
            .ehr = connection.adapterFor(call.accessToken, left),
            .companion = connection.companionReader(),
            .reader = call.accessToken ? records::Reader::User : records::Reader::Service,
            .patient = call.patient,
            .encounter = call.encounter,
            .knownWords = prefetchedWords(root, call.patient, server),
            .knownStay = prefetchedEncounter(root, call.encounter),
            .knownPatient = prefetchedPatient(root, call.patient),
            .deadline = deadline,
            .now = now};
}

}  // namespace

CardService::CardService(const Uses& uses, ServiceOptions options)
    : uses_(uses),
      options_(options),
      ids_(uses.database.vault()),
      tally_(uses.database, workers_, uses.clock),
      workers_(kWorkers, kWaitingMax),
      trust_(uses_),
      reader_(uses_.database, workers_) {}

http_server::Response CardService::discover(const http_server::Request& request) const {
    trust_.callerOf(request);
    return http_server::Response::json(200, discoveryJson());
}

bool CardService::mayAsk(const std::string& stay, fhir::Deadline deadline) const {
    fhir::DeadlineTask<bool> claim(workers_,
                                   [&database = uses_.database, stay, now = uses_.clock.now()] {
                                       return CdsTable(database).quiet(stay, now);
                                   });
    return claim.get(deadline).value_or(false);
}

std::string CardService::cards(const HookCall& call, int service, const Connection& connection,
                               const records::PatientRecord& record,
                               const http_server::Request& request) const {
    const auto now = uses_.clock.now();
    const auto summary = domain::summarise(record.statements, record.stay, uses_.settings.freshness,
                                           now, records::isUnread(record));
    // What the EHR gave may not be all, and the rest is not, or not known to be, for this user: not
    // even that it is none.
    if (record.isWithheld && summary.judgement.current == nullptr) return "";
    CardParts parts{.summary = summary, .now = now, .hook = call.hook};
    parts.lacksKept = record.companion != records::CompanionReading::Whole;
    parts.launchUrl = launchUrl(uses_, connection);
    parts.readerLanguages = readerLanguages(connection.settings.cds, request);
    const auto& id = connection.settings.id;
    const auto stay = ids_.stay(id, call.user, call.patient, call.encounter);
    auto nudge = nudgeDue(call.hook, summary.judgement, record.mayBeDeceased);
    const bool isSpoken = summary.judgement.current != nullptr;
    parts.isUnread = record.reading == records::Reading::Unreadable &&
                     (isSpoken || isUnreadDue(call.hook, summary.judgement, record.mayBeDeceased));
    if (isSpoken) parts.heldFrom = record.heldFrom;
    if (!nudge.empty() && mayAsk(stay, request.received + options_.deadline - kMargin / 2))
        parts.nudge = std::move(nudge);
    const auto kind = kindOf(parts);
    if (!kind) return "";
    parts.uuid = ids_.make(id, {service, *kind, stay});
    tally_.add(id, service, *kind);
    return cardJson(parts, connection.settings.profile).value_or("");
}

http_server::Response CardService::call(const http_server::Request& request) const {
    const auto caller = trust_.callerOf(request);
    const auto service = serviceOf(request);
    const auto document = fhir::json::Document::parse(request.body);
    const auto root = document.root();
    const auto call = readHookCall(services().at(static_cast<std::size_t>(service)), root);
    const auto& connection = connectionFor(caller, call.fhirServer);
    const auto record = reader_.read(askFor(
        call, connection, root, request.received + options_.deadline - kMargin, uses_.clock.now()));
    // Where nothing is known because nothing could be read, an empty answer would say that there is
    // nothing to know (CDS Hooks 2.0, Providing FHIR Resources to a CDS Service).
    if (record.isOutOfReach) return outOfReach(request);
    const auto written = cards(call, service, connection, record, request);
    if (record.isAway && written.empty()) return outOfReach(request);
    uses_.trail.record({.action = audit::Action::Read,
                        .at = uses_.clock.now(),
                        .by = {.reference = call.user,
                               .client = connection.settings.fhirBase.text(),
                               .way = "CDS card",
                               .address = request.clientAddress},
                        .connection = connection.settings.id,
                        .patient = call.patient,
                        .encounter = call.encounter,
                        .requestId = request.id});
    return http_server::Response::json(200, "{\"cards\":[" + written + "]}");
}

http_server::Response CardService::feedback(const http_server::Request& request) const {
    const auto caller = trust_.callerOf(request);
    const auto service = services().at(static_cast<std::size_t>(serviceOf(request)));
    const auto document = fhir::json::Document::parse(request.body);
    // Feedback does not say whose it is: a card is known to the connection that it was made for.
    const auto readFor = [&](const Connection* connection) {
        return readFeedback(document.root(), ids_, connection->settings.id, service.id);
    };
    auto best = readFor(caller.front());
    for (std::size_t i = 1; i < caller.size(); ++i)
        if (auto read = readFor(caller[i]); read.known.size() > best.known.size())
            best = std::move(read);
    CdsTable(uses_.database).addFeedback(best.known, best.overridden, uses_.clock.now());
    fhir::json::Writer writer;
    writer.beginObject()
        .member("recorded", static_cast<std::int64_t>(best.known.size()))
        .member("unknown", static_cast<std::int64_t>(best.unknown))
        .endObject();
    return http_server::Response::json(200, writer.take());
}

}  // namespace plugin::cds
