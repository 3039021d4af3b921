#include "plugin/records/what_matters.h"

namespace plugin::records {
namespace {

void writeSaying(fhir::json::Writer& writer, const domain::Statement& statement) {
    if (statement.keepToTeam)
        writer.member("kept", true);
    else
        writer.member("text", statement.text);
    if (domain::isTimeKnown(statement)) writer.member("said", statement.said.text());
    writer.member("by", domain::toString(statement.speaker))
        .member("byName", statement.speakerName)
        .member("language", statement.language);
}

}  // namespace

void writeWhatMatters(fhir::json::Writer& writer, const domain::Summary& summary) {
    const auto& judgement = summary.judgement;
    writer.beginObject();
    if (judgement.current != nullptr) {
        writeSaying(writer, *judgement.current);
        writer.member("aspect", domain::toString(summary.aspect));
    }
    if (judgement.other != nullptr) {
        writer.key("other").beginObject();
        writeSaying(writer, *judgement.other);
        writer.endObject();
    }
    if (judgement.isUnread) writer.member("unread", true);
    writer.member("freshness", domain::toString(judgement.freshness))
        .member("reason", judgement.reason)
        .endObject();
}

}  // namespace plugin::records
