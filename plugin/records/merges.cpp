#include "plugin/records/merges.h"

#include <set>

#include "adapters/patient_links.h"
#include "fhir/base/log.h"

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
std::function<void(Poco::Data::Session&)> auditEntriesFor(
    store::Database& database, const audit::Author& by, const std::string& connection,
    const std::string& from, const std::string& to, fhir::Instant now) {
    auto done = by.entry(audit::Action::Update, now);
    done.connection = connection;
    done.resource = "Patient/" + from;
    std::vector<audit::Entry> both(2, done);
    both.front().patient = from;
    both.back().patient = to;
    return [&database, by, both](Poco::Data::Session& session) {
        audit::write(session, database, by, both);
    };
}

/// The old record of a merge that is not followed (yet).
fhir::Patient keepRecord(Answer answer, const std::string& id, store::MergeState heard) {
    if (answer.patient && answer.patient->id == id) return *std::move(answer.patient);
    if (heard == store::MergeState::Undone)
        throw Error(ErrorKind::NotFound,
                    "the EHR has merged this record into another, and a person has taken that back "
                    "here (whatmatters merges list)");
    throw Error(ErrorKind::Unavailable,
                "the EHR says that this record was merged into another; it is asked again before "
                "anything follows")
        .withRetryAfter(store::MergeTable::kAskedAgainAfter);
}

}  // namespace

fhir::Patient readFollowing(const adapters::Adapter& adapter, store::Database& database,
                            const std::string& connection, const std::string& patient,
                            fhir::Instant now) {
    store::MergeTable merges(database);
    const auto known = merges.chain(connection, patient);
    auto id = known.back();
    std::set<std::string> seen(known.begin(), known.end());
    const auto us = audit::Author::ofService(connection, adapter.client().options().base, "merge");
    auto answer = ask(adapter, id);
    while (answer.next) {
        const auto next = *answer.next;
        const auto heard = merges.hear(connection, id, next, now);
        if (heard != store::MergeState::Followed) return keepRecord(std::move(answer), id, heard);
        seen.insert(next);
        answer = ask(adapter, next);  // before anything moves to it
        if ((answer.next && seen.count(*answer.next) != 0) ||
            seen.size() > store::MergeTable::kStepsMax)
            throw Error(ErrorKind::Conflict,
                        "the EHR has merged this record into others in a circle, or too often: "
                        "open the patient from the EHR again");
        note(connection, merges.follow(connection, id, next, now,
                                       auditEntriesFor(database, us, connection, id, next, now)));
        id = next;
    }
    return *std::move(answer.patient);
}

store::MergeTable::Undone undoMerge(store::Database& database, const std::string& connection,
                                    const std::string& patient, const audit::Author& by,
                                    fhir::Instant now) {
    store::MergeTable merges(database);
    const auto survivor = merges.current(connection, patient);
    auto undone = merges.undo(connection, patient, now,
                              auditEntriesFor(database, by, connection, patient, survivor, now));
    if (!undone)
        throw Error(ErrorKind::NotFound,
                    "no merge of that record was followed; see: whatmatters merges list");
    fhir::log::info("the merge of a patient's record was taken back",
                    {{"connection", connection},
                     {"statements", std::to_string(undone->back.statements)},
                     {"entries", std::to_string(undone->back.entries)},
                     {"kept", std::to_string(undone->back.kept)},
                     {"delivered", std::to_string(undone->delivered.size())}});
    return *std::move(undone);
}

}  // namespace plugin::records
