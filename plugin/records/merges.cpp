#include "plugin/records/merges.h"

#include <set>

#include "adapters/patient_links.h"
#include "fhir/base/log.h"
#include "plugin/audit/entry.h"
#include "plugin/store/tables/merge_table.h"

namespace plugin::records {
namespace {

using fhir::Error;
using fhir::ErrorKind;

/// What the EHR says of one record.
struct Answer {
    std::optional<fhir::Patient> patient;
    std::optional<std::string> next;  ///< whose record took its place
};

Answer ask(const adapters::Adapter& adapter, const std::string& id) {
    Answer answer;
    try {
        answer.patient = adapter.patient(id);
        if (answer.patient->id != id) {
            answer.next = answer.patient->id;  // it says to replace this one (`Adapter::patient`)
            return answer;
        }
        answer.next = adapters::replacedBy(*answer.patient, adapter.client().server());
        if (answer.next == id) answer.next.reset();  // a slip of the EHR's, which changes nothing
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::NotFound) throw;
        answer.next = adapters::findReplacing(adapter.client(), id);
        if (!answer.next) throw;
    }
    return answer;
}

void note(const std::string& connection, const store::MergeTable::Moved& moved) {
    fhir::log::info("a patient's record was merged into another",
                    {{"connection", connection},
                     {"new", moved.isNew ? "yes" : "no"},
                     {"statements", std::to_string(moved.statements)},
                     {"entries", std::to_string(moved.entries)},
                     {"kept", std::to_string(moved.kept)}});
}

/// What was said of one patient is another's from now on: that changes the data of both.
std::function<void(Poco::Data::Session&)> auditEntriesForMerge(
    const adapters::Adapter& adapter, store::Database& database, const std::string& connection,
    const std::string& from, const std::string& to, fhir::Instant now) {
    const auto us = audit::Author::ofService(connection, adapter.client().options().base, "merge");
    auto done = us.entry(audit::Action::Update, now);
    done.connection = connection;
    done.resource = "Patient/" + from;
    std::vector<audit::Entry> both(2, done);
    both.front().patient = from;
    both.back().patient = to;
    return [&database, us, both](Poco::Data::Session& session) {
        audit::write(session, database, us, both);
    };
}

}  // namespace

fhir::Patient readFollowing(const adapters::Adapter& adapter, store::Database& database,
                            const std::string& connection, const std::string& patient,
                            fhir::Instant now) {
    store::MergeTable merges(database);
    auto id = merges.current(connection, patient);
    std::set<std::string> seen{id};
    for (;;) {
        auto answer = ask(adapter, id);
        if (!answer.next) return *std::move(answer.patient);
        if (!seen.insert(*answer.next).second || seen.size() > store::MergeTable::kStepsMax)
            throw Error(ErrorKind::Conflict,
                        "the EHR has merged this record into others in a circle, or too often: "
                        "open the patient from the EHR again");
        note(connection, merges.follow(connection, id, *answer.next, now,
                                       auditEntriesForMerge(adapter, database, connection, id,
                                                            *answer.next, now)));
        id = *answer.next;
    }
}

}  // namespace plugin::records
