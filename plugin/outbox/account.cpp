#include "plugin/outbox/account.h"

#include "fhir/base/json.h"
#include "plugin/store/merge_table.h"

namespace plugin::outbox {

std::string patientIn(const store::OutboxEntry& entry) {
    const auto document = fhir::json::Document::parse(entry.resource);
    const auto subject = document.root().find("subject");
    const auto reference = subject ? subject->findString("reference") : std::nullopt;
    const auto about = fhir::parseReference(reference.value_or(""));
    return about && about->type == "Patient" ? about->id : std::string();
}

store::OutboxTable::Also accountOf(store::Database& database, const store::OutboxEntry& entry,
                                   const audit::Author& by, fhir::Instant now) {
    if (entry.route == "companion") return {};
    const auto patient = patientIn(entry);
    if (patient.empty()) return {};
    const bool corrects = !entry.corrects.empty();
    auto done = by.entry(corrects ? audit::Action::Update : audit::Action::Create, now);
    done.isByUs = true;
    done.by.way = "outbox";
    done.connection = entry.connection;
    done.patient = store::MergeTable(database).current(entry.connection, patient);
    done.hasFailed = entry.state == store::OutboxState::Failed;
    done.resource = entry.location.empty() ? "urn:uuid:" + (corrects ? entry.corrects : entry.id)
                                           : entry.location;
    return [&database, by, done](Poco::Data::Session& session) {
        audit::write(session, database, by, {done});
    };
}

}  // namespace plugin::outbox
