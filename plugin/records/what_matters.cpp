#include "plugin/records/what_matters.h"

namespace plugin::records {

void writeWhatMatters(fhir::json::Writer& writer, const domain::Summary& summary) {
    const auto& judgement = summary.judgement;
    writer.beginObject();
    if (const auto* statement = judgement.current) {
        if (statement->keepToTeam)
            writer.member("kept", true);
        else
            writer.member("text", statement->text);
        const bool patient = statement->speaker == domain::Speaker::Patient;
        if (domain::isTimeKnown(*statement)) writer.member("said", statement->said.text());
        writer.member("aspect", domain::toString(summary.aspect))
            .member("by", patient ? "patient" : "related-person")
            .member("byName", statement->speakerName)
            .member("language", statement->language);
    }
    writer.member("freshness", domain::toString(judgement.freshness))
        .member("reason", judgement.reason)
        .endObject();
}

}  // namespace plugin::records
