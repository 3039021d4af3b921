#include <algorithm>
#include <array>

#include "fhir/base/json.h"
#include "plugin/api/api.h"
#include "plugin/api/page_audit.h"
#include "plugin/api/page_routes.h"
#include "plugin/api/record_notice.h"
#include "plugin/api/statement_json.h"
#include "plugin/audit/trail.h"
#include "plugin/connections/connections.h"
#include "plugin/domain/freshness.h"
#include "plugin/records/patient_reader.h"
#include "plugin/sessions/grants.h"
#include "plugin/sessions/sessions.h"
#include "plugin/settings/settings.h"

namespace plugin::api {
namespace {

using domain::Statement;
using fhir::json::Writer;
using sessions::Context;

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

}  // namespace

void addPatientApi(http_server::Router& router, const Uses& uses) {
    addPageRoute(router, uses, "GET", "/api/patient", Audience::PatientPage,
                 [uses](const auto& request, const auto& open) {
                     return getPatient(uses, request, open.context);
                 });
}

}  // namespace plugin::api
