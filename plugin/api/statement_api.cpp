#include "fhir/base/json.h"
#include "fhir/base/random.h"
#include "plugin/api/api.h"
#include "plugin/api/page_audit.h"
#include "plugin/api/page_routes.h"
#include "plugin/api/patient_access.h"
#include "plugin/api/statement_json.h"
#include "plugin/audit/trail.h"
#include "plugin/connections/connections.h"
#include "plugin/outbox/capture.h"
#include "plugin/outbox/sender.h"
#include "plugin/sessions/grants.h"
#include "plugin/sessions/sessions.h"
#include "plugin/settings/settings.h"
#include "plugin/sync/sync.h"

namespace plugin::api {
namespace {

using domain::Statement;
using fhir::Error;
using fhir::ErrorKind;
using fhir::Issue;
using fhir::json::Writer;
using sessions::Context;

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

void addStatementApi(http_server::Router& router, const Uses& uses) {
    addPageRoute(router, uses, "POST", "/api/patient/statements", Audience::PatientPage,
                 [uses](const auto& request, const auto& open) {
                     return postStatement(uses, request, open.context);
                 });
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
