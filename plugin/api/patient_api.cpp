#include <algorithm>
#include <array>

#include "fhir/base/json.h"
#include "fhir/base/random.h"
#include "plugin/api/api.h"
#include "plugin/api/page_audit.h"
#include "plugin/api/page_routes.h"
#include "plugin/api/patient_access.h"
#include "plugin/api/record_notice.h"
#include "plugin/audit/trail.h"
#include "plugin/connections/connections.h"
#include "plugin/domain/freshness.h"
#include "plugin/outbox/capture.h"
#include "plugin/outbox/receipt.h"
#include "plugin/outbox/sender.h"
#include "plugin/records/patient_reader.h"
#include "plugin/sessions/grants.h"
#include "plugin/sessions/sessions.h"
#include "plugin/settings/settings.h"
#include "plugin/store/tables/enterer_table.h"
#include "plugin/store/tables/merge_table.h"
#include "plugin/sync/sync.h"

namespace plugin::api {
namespace {

using domain::Statement;
using fhir::Error;
using fhir::ErrorKind;
using fhir::Issue;
using fhir::json::Writer;
using sessions::Context;

/// How far a statement still holds: what is replaced stays readable; what was taken back may have
/// been somebody else's words, and tells nothing any more.
enum class StatementStatus { Stands, Replaced, Withdrawn };

const char* toString(StatementStatus status) {
    switch (status) {
        case StatementStatus::Stands:
            return "stands";
        case StatementStatus::Replaced:
            return "replaced";
        case StatementStatus::Withdrawn:
            return "withdrawn";
    }
    return "withdrawn";
}

StatementStatus statusOf(const Statement& statement, const std::vector<Statement>& all) {
    if (domain::isReplaced(statement, all)) return StatementStatus::Replaced;
    return statement.retracted ? StatementStatus::Withdrawn : StatementStatus::Stands;
}

/// The way of a statement of ours into the EHR, and of what takes it back.
struct DeliveryTrace {
    std::optional<store::OutboxEntry> entry, correction;
    std::string enterer;  ///< the name of who wrote it down here; "" where unknown

    static DeliveryTrace of(store::Database& database, const std::string& connection,
                            const std::string& urn) {
        const store::OutboxTable outbox(database);
        DeliveryTrace trace{outbox.find(outbox::entryId(urn)), {}, {}};
        if (const auto enterer = store::EntererTable(database).find(connection, urn))
            trace.enterer = enterer->name;
        if (trace.entry && !trace.entry->correctedBy.empty())
            trace.correction = outbox.find(trace.entry->correctedBy);
        return trace;
    }
};

/// A statement as the pages know it.
void writeStatement(Writer& writer, const Statement& statement, bool current,
                    StatementStatus status, const DeliveryTrace& trace) {
    const auto& entry = trace.correction ? trace.correction : trace.entry;
    writer.beginObject()
        .member("id", statement.id)
        .member("aspect", domain::toString(statement.aspect))
        .member("standing", toString(status))
        // Others' words are corrected where they were written.
        .member("mayCorrect",
                status == StatementStatus::Stands && trace.entry && !trace.correction);
    if (status != StatementStatus::Withdrawn) writer.member("text", statement.text);
    if (statement.absent) writer.member("declined", domain::toString(*statement.absent));
    writer.member("language", statement.language);
    if (domain::isTimeKnown(statement)) writer.member("said", statement.said.text());
    if (statement.recorded) writer.member("recorded", statement.recorded->text());
    writer.member("by", domain::toString(statement.speaker))
        .member("byName", statement.speakerName);
    if (!trace.enterer.empty()) writer.member("writtenDownBy", trace.enterer);
    if (statement.method) writer.member("method", domain::toString(*statement.method));
    if (status != StatementStatus::Withdrawn) writer.member("note", statement.note);
    writer.member("replaces", statement.replaces)
        .member("current", current)
        .member("kept", statement.keepToTeam)
        .key("receipt");
    if (entry)
        outbox::writeReceipt(writer, *entry);
    else
        writer.beginObject()
            .member("state", "read")
            .member("location", statement.location)
            .member("where", outbox::whereRead(statement.location))
            .key("skipped")
            .beginArray()
            .endArray()
            .member("attempts", std::int64_t{0})
            .endObject();
    writer.endObject();
}

void writeAspect(Writer& writer, const Uses& uses, const std::string& connection,
                 domain::Aspect aspect, const records::PatientRecord& record) {
    const auto judgement =
        domain::judge(record.statements, aspect, record.stay, uses.settings.freshness,
                      uses.clock.now(), records::isUnread(record));
    struct Shown {
        const Statement* statement;
        StatementStatus status;
        DeliveryTrace trace;
    };
    std::vector<Shown> shown;
    for (const auto& statement : record.statements) {
        if (statement.aspect != aspect) continue;
        Shown one{&statement, statusOf(statement, record.statements),
                  DeliveryTrace::of(uses.database, connection, statement.id)};
        // What others took back they have dealt with; what we take back has its receipt here.
        if (one.status != StatementStatus::Withdrawn || one.trace.correction)
            shown.push_back(std::move(one));
    }
    // What holds comes first: of one day, a date alone does not tell which was said later.
    const auto rank = [&](const Shown& one) {
        if (one.statement == judgement.current) return 0;
        if (one.statement == judgement.other) return 1;
        return one.status == StatementStatus::Stands ? 2 : 3;
    };
    std::stable_sort(shown.begin(), shown.end(), [&](const auto& left, const auto& right) {
        if (rank(left) != rank(right)) return rank(left) < rank(right);
        return left.statement->said.latest() > right.statement->said.latest();
    });
    // Where nobody gave words, the newest "asked, and chose not to say" is what holds.
    const auto isCurrent = [&](const Shown& one) {
        if (judgement.current == nullptr)
            return one.status == StatementStatus::Stands &&
                   one.statement == shown.front().statement;
        return one.statement == judgement.current || one.statement == judgement.other;
    };
    writer.beginObject()
        .member("aspect", domain::toString(aspect))
        .member("freshness", domain::toString(judgement.freshness))
        .member("reason", judgement.reason)
        .key("statements")
        .beginArray();
    for (const auto& one : shown)
        writeStatement(writer, *one.statement, isCurrent(one), one.status, one.trace);
    writer.endArray().endObject();
}

/// Languages that the form offers, each by its own name; the patient's own come first.
constexpr std::array<std::pair<std::string_view, std::string_view>, 30> kLanguages{
    {{"am", "አማርኛ"},       {"ar", "العربية"}, {"bn", "বাংলা"},        {"de", "Deutsch"},
     {"el", "Ελληνικά"},   {"en", "English"}, {"es", "Español"},      {"fa", "فارسی"},
     {"fr", "Français"},   {"he", "עברית"},   {"hi", "हिन्दी"},        {"it", "Italiano"},
     {"ja", "日本語"},     {"ko", "한국어"},  {"mi", "Te reo Māori"}, {"nb", "Norsk bokmål"},
     {"nl", "Nederlands"}, {"pa", "ਪੰਜਾਬੀ"},   {"pl", "Polski"},       {"pt", "Português"},
     {"ro", "Română"},     {"ru", "Русский"}, {"so", "Soomaali"},     {"ta", "தமிழ்"},
     {"th", "ไทย"},        {"tr", "Türkçe"},  {"uk", "Українська"},   {"ur", "اردو"},
     {"vi", "Tiếng Việt"}, {"zh", "中文"}}};

void writeLanguages(Writer& writer, const std::vector<std::string>& own) {
    const auto write = [&](std::string_view code, std::string_view name) {
        writer.beginObject().member("code", code).member("name", name).endObject();
    };
    const auto isOwn = [&](std::string_view code) {
        return std::find(own.begin(), own.end(), code) != own.end();
    };
    writer.key("languages").beginArray();
    for (const auto& code : own) {
        const auto* known = std::find_if(kLanguages.begin(), kLanguages.end(),
                                         [&](const auto& one) { return one.first == code; });
        write(code, known == kLanguages.end() ? std::string_view(code) : known->second);
    }
    for (const auto& [code, name] : kLanguages)
        if (!isOwn(code)) write(code, name);
    writer.endArray();
}

/// Reads everything, however long that takes; or, where the request is not to wait, takes what is
/// held.
records::PatientRecord readRecord(const Uses& uses, const http_server::Request& request,
                                  const Context& context, const adapters::Adapter* companion) {
    auto ehr = uses.grants.ehrOf(uses.connections, context);
    fhir::WorkerPool workers(records::kReadsAtOnce, records::kReadsAtOnce);
    auto record =
        records::PatientReader(uses.database, workers)
            .read({.connection = uses.connections.at(context.connection).settings,
                   .ehr = std::move(ehr.adapter),
                   .companion = companion,
                   .reader = ehr.isUsers ? records::Reader::User : records::Reader::Service,
                   .patient = context.patient,
                   .encounter = context.encounter,
                   .isHeldStayEnough = true,  // it says where they lie, too
                   .deadline = request.mayWait ? fhir::Deadline::max() : uses.clock.steady(),
                   .now = uses.clock.now()});
    requireAllowed(record);
    requireReadable(record);
    return record;
}

http_server::Response getPatient(const Uses& uses, const http_server::Request& request,
                                 const Context& context) {
    const auto* companion = uses.connections.at(context.connection).companionReader();
    const auto record = readRecord(uses, request, context, companion);
    uses.trail.record(readBy(uses, context, request));
    Writer writer;
    writer.beginObject().key("patient").beginObject();
    writer.member("name", record.name)
        .member("birthDate", record.birthDate)
        .member("gender", record.gender)
        .member("identifier", record.identifier)
        .endObject();
    if (!record.encounterStatus.empty())
        writer.key("encounter")
            .beginObject()
            .member("class", record.encounterClass)
            .member("status", record.encounterStatus)
            .member("location", record.location)
            .member("start", record.start)
            .endObject();
    if (record.readAt) writer.member("readAt", fhir::toFhirInstant(*record.readAt));
    writer.member("notice", noticeOf(record, companion)).key("aspects").beginArray();
    for (const auto aspect : domain::allAspects())
        writeAspect(writer, uses, context.connection, aspect, record);
    writer.endArray();
    writeLanguages(writer, record.languages);
    writer.endObject();
    return http_server::Response::json(200, writer.take());
}

/// Reads a form field whose text must be one of a set.
template <class T>
std::optional<T> readChoice(const fhir::json::Value& form, const char* name,
                            std::optional<T> (*parse)(std::string_view) noexcept,
                            std::vector<Issue>& faults) {
    const auto text = form.findString(name);
    if (!text) return std::nullopt;
    auto value = parse(*text);
    if (!value) faults.push_back({std::string("/") + name, "is none of the choices"});
    return value;
}

Statement readForm(const fhir::json::Value& form, const Context& context, fhir::Instant now,
                   std::vector<Issue>& faults) {
    Statement statement{.id = form.findString("id").value_or(""),
                        .patient = context.patient,
                        .encounter = {},
                        .aspect = {},
                        .text = form.findString("text").value_or(""),
                        .absent = {},
                        .language = form.findString("language"),
                        .said = fhir::DateTime::fromInstant(now),
                        .recorded = fhir::DateTime::fromInstant(now),
                        .speaker = {},
                        .speakerName = form.findString("byName"),
                        .speakerReference = {},
                        .method = {},
                        .note = form.findString("note"),
                        .keepToTeam = form.findBoolean("keep").value_or(false),
                        .retracted = false,
                        .replaces = form.findString("replaces"),
                        .location = {}};
    if (!context.encounter.empty()) statement.encounter = context.encounter;
    statement.aspect =
        readChoice(form, "aspect", domain::parseAspect, faults).value_or(domain::Aspect::Now);
    statement.absent = readChoice(form, "declined", domain::parseAbsent, faults);
    statement.method = readChoice(form, "method", domain::parseMethod, faults);
    if (const auto said = form.findString("said")) {
        if (auto moment = fhir::DateTime::tryParse(*said))
            statement.said = std::move(*moment);
        else
            faults.push_back({"/said", "is not a date or time"});
    }
    const auto by = form.findString("by").value_or("patient");
    if (by == "related-person")
        statement.speaker = domain::Speaker::RelatedPerson;
    else if (by != "patient")
        faults.push_back({"/by", "must be patient or related-person"});
    return statement;
}

http_server::Response respond(const Uses& uses, const Context& context, int status,
                              const Statement& statement) {
    Writer writer;
    writer.beginObject().key("statement");
    const auto its = statement.retracted ? StatementStatus::Withdrawn : StatementStatus::Stands;
    writeStatement(writer, statement, its == StatementStatus::Stands, its,
                   DeliveryTrace::of(uses.database, context.connection, statement.id));
    writer.endObject();
    return http_server::Response::json(status, writer.take());
}

http_server::Response postStatement(const Uses& uses, const http_server::Request& request,
                                    const Context& context) {
    const auto document = fhir::json::Document::parse(request.body, {.halfPairs = false});
    const auto now = uses.clock.now();
    std::vector<Issue> faults;
    auto statement = readForm(document.root(), context, now, faults);
    auto more = domain::faults(statement, now);
    // See captureStatement.
    const bool isRepeated =
        faults.empty() && !more.empty() &&
        store::StatementTable(uses.database).isRepeated(context.connection, statement);
    if (!isRepeated)
        for (auto& fault : more) faults.push_back(std::move(fault));
    if (!faults.empty())
        return http_server::problem({422, "form-faults", "Please check what was entered",
                                     "Nothing was saved. Please mend the marked fields.", faults},
                                    request);

    const auto& connection = uses.connections.at(context.connection).settings;
    // Words that were written down wrongly are taken back; those that were right in their time
    // stay.
    const bool isWrong = document.root().findBoolean("wrong").value_or(false);
    const auto write = isWrong ? outbox::correctStatement : outbox::captureStatement;
    const auto inserted =
        write(uses.database, context.connection, statement, connection.profile.whatMattersCategory,
              now, authorOf(uses, context, request));
    if (inserted == store::StatementTable::Inserted::Different)
        throw Error(ErrorKind::Conflict,
                    "A statement with this id was saved before, with other words.");
    // The same id again is the same saying: it keeps the time that it was first given.
    if (inserted == store::StatementTable::Inserted::Same)
        if (auto saved =
                store::StatementTable(uses.database).find(context.connection, statement.id))
            statement = *std::move(saved);
    uses.sender.wake();
    if (!context.unit.empty()) uses.sync.request(context.connection, context.unit);
    return respond(uses, context, 201, statement);
}

Statement requireOwn(const Uses& uses, const Context& context,
                     const http_server::Request& request) {
    const auto& uuid = request.parameters.at("id");
    auto found =
        fhir::isUuid(uuid)
            ? store::StatementTable(uses.database).find(context.connection, "urn:uuid:" + uuid)
            : std::nullopt;
    // Another patient's statement is not there for this page, whoever asks.
    if (!found || found->patient != context.patient)
        throw Error(ErrorKind::NotFound, "There is no such statement of this patient.");
    return *std::move(found);
}

/// What is kept here is shown to whom the EHR shows the patient; while it is away, to who was let
/// in by it before.
void requireSeen(const Uses& uses, PatientAccess& access, const sessions::OpenContext& open) {
    const auto ehr = uses.grants.ehrOf(uses.connections, open.context);
    if (ehr.isUsers && access.ask(*ehr.adapter, open.session, {open.context.patient}).refused > 0)
        throw Error(ErrorKind::Forbidden, kPatientRefused);
}

http_server::Response getStatement(const Uses& uses, const http_server::Request& request,
                                   const Context& context) {
    const auto statement = requireOwn(uses, context, request);
    auto read = readBy(uses, context, request);
    read.resource = statement.id;
    uses.trail.record(std::move(read));
    return respond(uses, context, 200, statement);
}

/// Written down by mistake: taken back here at once, and in the EHR by the outbox. Asking again
/// changes nothing.
http_server::Response postWithdrawal(const Uses& uses, const http_server::Request& request,
                                     const Context& context) {
    const auto statement = requireOwn(uses, context, request);
    outbox::withdrawStatement(uses.database, context.connection, context.patient, statement.id,
                              uses.clock.now(), authorOf(uses, context, request));
    uses.sender.wake();
    if (!context.unit.empty()) uses.sync.request(context.connection, context.unit);
    return respond(uses, context, 200, requireOwn(uses, context, request));
}

}  // namespace

void addPatientApi(http_server::Router& router, const Uses& uses) {
    const auto add = [&](const char* method, const char* path, auto handler) {
        addPageRoute(router, uses, method, path, Audience::PatientPage,
                     [uses, handler](const auto& request, const auto& open) {
                         return handler(uses, request, open.context);
                     });
    };
    add("GET", "/api/patient", getPatient);
    add("POST", "/api/patient/statements", postStatement);
    const auto access = std::make_shared<PatientAccess>(uses.clock);
    const auto addSeen = [&](const char* method, const char* path, auto handler) {
        addPageRoute(router, uses, method, path, Audience::PatientPage,
                     [uses, access, handler](const auto& request, const auto& open) {
                         requireSeen(uses, *access, open);
                         return handler(uses, request, open.context);
                     });
    };
    addSeen("GET", "/api/patient/statements/{id}", getStatement);
    addSeen("POST", "/api/patient/statements/{id}/withdrawal", postWithdrawal);
}

}  // namespace plugin::api
