#include "plugin/api/statement_json.h"

#include "plugin/domain/freshness.h"
#include "plugin/outbox/capture.h"
#include "plugin/outbox/receipt.h"
#include "plugin/store/tables/enterer_table.h"

namespace plugin::api {
namespace {

using domain::Statement;
using fhir::json::Writer;

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

}  // namespace

StatementStatus statusOf(const Statement& statement, const std::vector<Statement>& all) {
    if (domain::isReplaced(statement, all)) return StatementStatus::Replaced;
    return statement.retracted ? StatementStatus::Withdrawn : StatementStatus::Stands;
}

DeliveryTrace DeliveryTrace::of(store::Database& database, const std::string& connection,
                                const std::string& urn) {
    const store::OutboxTable outbox(database);
    DeliveryTrace trace{outbox.find(outbox::entryId(urn)), {}, {}};
    if (const auto enterer = store::EntererTable(database).find(connection, urn))
        trace.enterer = enterer->name;
    if (trace.entry && !trace.entry->correctedBy.empty())
        trace.correction = outbox.find(trace.entry->correctedBy);
    return trace;
}

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

}  // namespace plugin::api
