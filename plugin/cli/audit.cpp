#include <charconv>

#include "fhir/base/json.h"
#include "fhir/r4/audit_event.h"
#include "fhir/r4/date_time.h"
#include "plugin/audit/audit_table.h"
#include "plugin/audit/trail.h"
#include "plugin/cli/arguments.h"
#include "plugin/cli/operator.h"
#include "plugin/cli/verbs.h"
#include "plugin/service/maintenance.h"
#include "plugin/settings/settings.h"

namespace plugin::cli {
namespace {

using fhir::Error;
using fhir::ErrorKind;
using ::plugin::audit::AuditRecord;
using ::plugin::audit::AuditTable;

constexpr long kEventsMax = 100'000;
constexpr long kNumberMax = 1'000'000'000'000;
constexpr int kAtOnce = 1'000;

const Option kAfter{.name = "after"};

/// "12:HASH"
std::optional<::plugin::audit::AuditMark> markFrom(const Arguments& arguments) {
    const auto text = arguments.find("mark");
    if (!text) return std::nullopt;
    ::plugin::audit::AuditMark mark;
    const auto colon = std::min(text->find(':'), text->size());
    const auto* end = text->data() + colon;
    const auto [stop, fault] = std::from_chars(text->data(), end, mark.sequence);
    if (fault != std::errc() || stop != end || colon + 1 >= text->size())
        throw Error(ErrorKind::InvalidInput, "--mark must be what verify has printed: NUMBER:HASH");
    mark.hash = text->substr(colon + 1);
    return mark;
}

std::string verdictJson(const ::plugin::audit::AuditVerdict& verdict) {
    fhir::json::Writer writer;
    writer.beginObject().member("whole", verdict.isWhole()).member("events", verdict.events);
    if (verdict.events != 0) {
        writer.member("first", verdict.first).member("from", fhir::toFhirInstant(*verdict.from));
        writer.member("to", fhir::toFhirInstant(*verdict.to));
    }
    if (verdict.isWhole())
        writer.member("mark", std::to_string(verdict.last.sequence) + ":" + verdict.last.hash);
    else
        writer.member("brokenAt", verdict.brokenAt).member("why", verdict.why);
    return writer.endObject().take();
}

int verify(const Words& words) {
    const auto arguments = Arguments::parse(
        {"audit verify", {configOption(), {.name = "mark"}, jsonOption()}, {}}, words);
    const auto mark = markFrom(arguments);
    const auto settings = loadSettings(arguments.at("config"));
    const auto opened = service::openDatabase(settings.store);
    auto& database = *opened;
    const auto verdict = AuditTable(database).verify(mark);
    if (arguments.has("json")) {
        printLine(verdictJson(verdict));
    } else if (verdict.isWhole()) {
        printLine("The trail is whole: " + std::to_string(verdict.events) + " events.");
        printLine("Mark: " + std::to_string(verdict.last.sequence) + ":" + verdict.last.hash);
    } else {
        printLine("The trail is broken: " + verdict.why + ".");
        tell(
            "Up to there it is whole. Keep the database as it is, and find out who could write "
            "it.");
    }
    return verdict.isWhole() ? 0 : fhir::exitCode(ErrorKind::Refused);
}

const std::string& shown(const std::optional<fhir::Reference>& reference) {
    static const std::string kUnknown = "unknown";
    if (!reference) return kUnknown;
    if (reference->reference) return *reference->reference;
    if (reference->identifier && reference->identifier->value) return *reference->identifier->value;
    return reference->display ? *reference->display : kUnknown;
}

/// "7  2026-03-07T08:15:00Z  R  Practitioner/7  by patient page  Patient/2"
std::string textLine(const AuditRecord& record) {
    const auto document = fhir::json::Document::parse(record.event);
    const auto event = fhir::AuditEvent::fromJson(document.root());
    std::string who;
    std::string way;
    for (const auto& agent : event.agent) {
        if (agent.requestor) who = shown(agent.who);
        if (&agent == &event.agent.front()) way = agent.name.value_or("");
    }
    std::string about;
    for (const auto& entity : event.entity)
        if (entity.what && entity.what->reference) about += "  " + *entity.what->reference;
    return std::to_string(record.sequence) + "  " + fhir::toFhirInstant(record.recorded) + "  " +
           event.action.value_or("") + (event.outcome == "0" ? "  " : " (failed)  ") + who +
           "  by " + way + about;
}

/// Hands over one event after the other, the oldest first.
template <class Take>
void each(const AuditTable& table, AuditTable::Filter filter, long most, const Take& take) {
    while (most > 0) {
        filter.limit = static_cast<int>(std::min<long>(most, kAtOnce));
        const auto records = table.list(filter);
        for (const auto& record : records) take(record);
        if (std::ssize(records) < filter.limit) return;
        most -= filter.limit;
        filter.after = records.back().sequence;
    }
}

/// Whoever reads the trail reads of patients too.
void putOnRecord(::plugin::store::Database& database, const Settings& settings,
                 const Arguments& arguments, const std::string& verb) {
    const auto by = operatorOf(settings, verb);
    auto entry = by.entry(::plugin::audit::Action::Query, std::chrono::system_clock::now());
    entry.connection = arguments.get("connection", "");
    if (arguments.has("patient")) entry.patient = arguments.id("patient", "Patient");
    entry.query = "AuditEvent";
    ::plugin::audit::record(database, *by.place, {entry});
}

int listEvents(const Words& words) {
    const auto arguments = Arguments::parse({"audit list",
                                             {configOption(),
                                              {.name = "connection"},
                                              {.name = "patient"},
                                              kAfter,
                                              {.name = "limit"},
                                              jsonOption()},
                                             {}},
                                            words);
    if (arguments.has("patient") != arguments.has("connection"))
        throw Error(ErrorKind::InvalidInput,
                    "--patient needs --connection, and the other way round: an id is one of an "
                    "EHR");
    const auto settings = loadSettings(arguments.at("config"));
    const auto opened = service::openDatabase(settings.store);
    auto& database = *opened;
    const AuditTable table(database);
    AuditTable::Filter filter{.after = arguments.number("after", 0, 0, kNumberMax)};
    if (arguments.has("patient")) {
        if (settings.findConnection(arguments.at("connection")) == nullptr)
            throw Error(ErrorKind::InvalidInput, "there is no connection of this id");
        filter.patients =
            table.patientHashes(arguments.at("connection"), arguments.id("patient", "Patient"));
    }
    putOnRecord(database, settings, arguments, "audit list");
    each(table, filter, arguments.number("limit", 1000, 1, kEventsMax),
         [&](const AuditRecord& record) {
             printLine(arguments.has("json") ? "{\"sequence\":" + std::to_string(record.sequence) +
                                                   ",\"event\":" + record.event + "}"
                                             : textLine(record));
         });
    return 0;
}

int exportEvents(const Words& words) {
    const auto arguments = Arguments::parse({"audit export", {configOption(), kAfter}, {}}, words);
    const auto settings = loadSettings(arguments.at("config"));
    const auto opened = service::openDatabase(settings.store);
    auto& database = *opened;
    putOnRecord(database, settings, arguments, "audit export");
    each(AuditTable(database), {.after = arguments.number("after", 0, 0, kNumberMax)}, kNumberMax,
         [](const AuditRecord& record) { printLine(record.event); });
    return 0;
}

}  // namespace

int audit(const Words& words) {
    const auto what = words.empty() ? std::string() : words.front();
    const Words rest(words.begin() + (words.empty() ? 0 : 1), words.end());
    if (what == "verify") return verify(rest);
    if (what == "list") return listEvents(rest);
    if (what == "export") return exportEvents(rest);
    throw Error(ErrorKind::InvalidInput,
                "audit must be followed by verify, list or export\n"
                "see: whatmatters audit --help");
}

}  // namespace plugin::cli
