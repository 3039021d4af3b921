#include "plugin/records/patient_reader.h"

#include <algorithm>

#include "adapters/companion_references.h"
#include "adapters/patient_links.h"
#include "adapters/worklist/current_stay.h"
#include "fhir/base/log.h"
#include "plugin/domain/summary.h"
#include "plugin/records/merges.h"
#include "plugin/records/projection.h"
#include "plugin/settings/settings.h"
#include "plugin/store/tables/merge_table.h"
#include "plugin/store/tables/statement_table.h"
#include "plugin/store/tables/ward_table.h"

namespace plugin::records {
namespace {

using domain::Statement;
using fhir::ErrorKind;

/// What the chart of the EHR says.
WordsRead readChart(const adapters::Adapter& ehr, const std::string& patient) {
    const auto found = ehr.statements({patient});
    // An element that was left out of what is here is no entry that is missing.
    const auto missing =
        std::count_if(found.problems.begin(), found.problems.end(),
                      [](const auto& one) { return !one.path.empty() || one.resource.empty(); });
    return {toStatements(found), found.unread.empty(), static_cast<std::size_t>(missing)};
}

/// Whether somebody at the EHR would have to change something before it could be read.
bool isShut(const std::optional<fhir::Error>& error) {
    if (!error) return false;
    return isRefusal(error->kind()) || error->kind() == ErrorKind::Refused ||
           error->kind() == ErrorKind::NotFound;
}

/// A last reading of a unit that has the patient on its list.
struct Held {
    store::WardRow row;
    std::optional<fhir::Instant> readAt;
};

std::optional<Held> findHeld(store::Database& database, const ConnectionSettings& connection,
                             const std::string& patient) {
    if (connection.units.empty()) return std::nullopt;  // nothing is ever read
    const store::WardTable wards(database);
    auto row = wards.findPatient(connection.id, patient);
    if (!row) return std::nullopt;
    // The list of a unit that is read no more grows old without anybody being told.
    for (const auto& unit : connection.units)
        if (wards.find(connection.id, unit.id, row->encounter))
            return Held{*std::move(row), wards.state(connection.id, unit.id).readAt};
    return std::nullopt;
}

void fillPatient(PatientRecord& record, const fhir::Patient& patient, fhir::Instant now) {
    record.name = fhir::displayName(patient.name, now);
    record.birthDate = patient.birthDate ? patient.birthDate->text() : "";
    record.gender = patient.gender.value_or("");
    record.languages = patient.language;
    // Of whom that cannot be read, nobody is asked as of one who lives.
    record.mayBeDeceased = patient.deceased.value_or(true);
    for (const auto& identifier : patient.identifier)
        if (record.identifier.empty() && identifier.use != "old")
            record.identifier = identifier.value.value_or("");
}

void fillPatient(PatientRecord& record, const store::WardRow& row) {
    record.name = row.name;
    record.birthDate = row.birthDate;
    record.gender = row.gender;
}

void fillStay(PatientRecord& record, const store::WardRow& row) {
    record.encounterStatus = row.status;
    record.encounterClass = row.encounterClass;
    record.location = row.location;
    record.start = row.start;
    record.stay = stayOf(row);
}

/// One record while it is being read.
class RecordReading {
public:
    RecordReading(store::Database& database, fhir::WorkerPool& workers, PatientAsk ask)
        : database_(database),
          workers_(workers),
          ask_(std::move(ask)),
          words_(std::move(ask_.knownWords)),
          stay_(std::move(ask_.knownStay)),
          patient_(std::move(ask_.knownPatient)) {}

    PatientRecord run() {
        followKnownMerges();
        begin();
        waitForEhr();
        noteFailures();
        takePatient();
        takeStay();
        takeWords();
        takeCompanion();
        takeOurs();
        return std::move(record_);
    }

private:
    bool isUsers() const noexcept { return ask_.reader == Reader::User; }
    const fhir::ServerAddress& server() const { return ask_.ehr->client().server(); }

    /// What we hold of the patient; nullptr where there is nothing, or nothing
    /// that may be shown.
    const Held* held() {
        if (record_.isWithheld) return nullptr;
        if (!held_) held_ = findHeld(database_, ask_.connection, record_.patient);
        return held_ ? &*held_ : nullptr;
    }

    const Held* heldStay() {
        const auto* last = isUsers() && stay_.isUndecided() ? nullptr : held();
        const bool isIt = last && (ask_.encounter.empty() || last->row.encounter == ask_.encounter);
        return isIt ? last : nullptr;
    }

    void followKnownMerges() {
        record_.patient = store::MergeTable(database_).current(ask_.connection.id, ask_.patient);
        const auto& known = patient_.value();
        const bool isMerged = record_.patient != ask_.patient;
        if (isMerged) words_.reopen();
        // That a record was replaced counts where the EHR itself says so.
        if (isMerged || (known && adapters::replacedBy(*known, server()))) patient_.reopen();
        if (ask_.encounter.empty() || (ask_.isHeldStayEnough && heldStay())) stay_.settle();
    }

    void begin() {
        if (std::chrono::steady_clock::now() >= ask_.deadline) return;
        const auto ehr = ask_.ehr;
        beginCompanion({record_.patient, ask_.patient});
        if (patient_.isOpen())
            patient_.begin(workers_, [ehr, &database = database_, connection = ask_.connection.id,
                                      id = record_.patient, now = ask_.now] {
                return readFollowing(*ehr, database, connection, id, now);
            });
        beginWords();
        if (stay_.isOpen())
            stay_.begin(workers_, [ehr, id = ask_.encounter] { return ehr->encounter(id); });
    }

    void beginWords() {
        if (words_.isOpen())
            words_.begin(workers_,
                         [ehr = ask_.ehr, id = record_.patient] { return readChart(*ehr, id); });
    }

    void waitForEhr() {
        const auto timeout = ask_.ehr->client().options().timeout;
        patient_.wait(ask_.deadline, timeout);
        if (patient_.value() && patient_.value()->id != record_.patient) {
            record_.patient = patient_.value()->id;
            words_.reopen();
            beginWords();
        }
        words_.wait(ask_.deadline, timeout);
        stay_.wait(ask_.deadline, timeout);
    }

    /// Whether the EHR says no to the user. That a stay is not there hides nobody.
    template <class T>
    bool isRefusedBy(const RecordPart<T>& part, bool mayHide) const {
        if (!isUsers() || !part.error()) return false;
        const auto kind = part.error()->kind();
        return isRefusal(kind) || (mayHide && kind == ErrorKind::NotFound);
    }

    /// Whether the EHR itself gave words of the patient to whoever asks.
    bool areWordsGiven() const {
        const auto& words = words_.value();
        return words && (words_.isOpen() || !words->statements.empty());
    }

    /// An encounter is a hint of who asked: where there is none of that id, it costs itself alone.
    static void noteMissingStay() {
        fhir::log::info(
            "a patient is read without the encounter that was named: the EHR has none "
            "of that id");
    }

    void noteFailures() {
        const auto note = [&](const auto& part, bool mayHide) {
            if (!part.error()) return;
            if (!mayHide && part.error()->kind() == ErrorKind::NotFound) return noteMissingStay();
            const bool refuses = isRefusedBy(part, mayHide);
            if (!record_.failure || (refuses && !record_.isRefused)) record_.failure = part.error();
            record_.isRefused = record_.isRefused || refuses;
        };
        note(patient_, true);
        note(words_, true);
        note(stay_, false);
        const bool isUndecided =
            isUsers() && (patient_.isUndecided() || words_.isUndecided() || stay_.isUndecided());
        record_.isWithheld = record_.isRefused || (isUndecided && !areWordsGiven());
        record_.isHeld = record_.failure && !isUndecided && held();
        if (!record_.failure) record_.readAt = ask_.now;
    }

    void takePatient() {
        if (const auto& patient = patient_.value())
            fillPatient(record_, *patient, ask_.now);
        else if (record_.isHeld)
            fillPatient(record_, held()->row);
    }

    bool isTheirs(const fhir::Encounter& encounter) const {
        const auto id = server().findId(encounter.subject, "Patient");
        return id == record_.patient || id == ask_.patient;
    }

    void takeStay() {
        const auto& encounter = stay_.value();
        if (encounter && isTheirs(*encounter)) {
            const std::vector<fhir::Encounter> levels{*encounter};
            const auto* place = adapters::placeIn(levels, ask_.now);
            fillStay(record_, rowOf(adapters::stayAt(*encounter, {}, place), ask_.now));
        } else if (const auto* last = heldStay()) {
            fillStay(record_, last->row);
        }
    }

    void takeWords() {
        if (const auto& words = words_.value()) {
            record_.reading = words->isWhole ? Reading::Whole : Reading::Unreadable;
            record_.problems = words->problems;
            record_.statements = words->statements;
            return;
        }
        record_.reading = words_.isLate() ? Reading::Late : Reading::Unreadable;
        if (const auto* last = held()) {
            record_.statements = statementsOf(last->row, *ask_.ehr);
            record_.heldFrom = last->readAt;
        }
    }

    void beginCompanion(std::vector<std::string> patients) {
        if (ask_.companion == nullptr) return;
        if (patient_.value())
            for (auto& id : adapters::replaces(*patient_.value(), server()))
                patients.push_back(std::move(id));
        std::erase_if(patients, [&](const std::string& id) {
            return std::find(askedOfCompanion_.begin(), askedOfCompanion_.end(), id) !=
                   askedOfCompanion_.end();
        });
        if (patients.empty()) return;
        askedOfCompanion_.insert(askedOfCompanion_.end(), patients.begin(), patients.end());
        companionDeadline_ = std::min(ask_.deadline, fhir::deadlineIn(kCompanionPatience));
        companion_.emplace(workers_, [companion = ask_.companion, ehr = ask_.ehr,
                                      deadline = companionDeadline_, patients] {
            return findCompanionStatements(*companion, *ehr, patients, deadline);
        });
    }

    /// Adds what the reading that was begun has brought.
    void waitForCompanion(std::vector<Statement>& words) {
        const auto found = companion_ ? companion_->get(companionDeadline_) : std::nullopt;
        companion_.reset();
        const auto reading = found ? found->reading : CompanionReading::None;
        record_.companion = std::max(record_.companion, reading);
        if (!found) return;
        for (auto& one : toStatements(found->observations)) {
            one.patient = record_.patient;
            words.push_back(std::move(one));
        }
    }

    void takeCompanion() {
        if (ask_.companion == nullptr || record_.isWithheld) return;
        std::vector<Statement> words;
        waitForCompanion(words);
        // What the EHR has told meanwhile: who they are now, and who they were.
        if (!askedOfCompanion_.empty()) beginCompanion({record_.patient});
        if (companion_) waitForCompanion(words);
        if (record_.companion != CompanionReading::Whole)
            if (const auto* last = held()) {
                auto lastKnown = statementsOf(last->row, *ask_.ehr);
                std::erase_if(lastKnown, [](const Statement& one) {
                    return adapters::serverName(one.location.value_or("")).empty();
                });
                record_.statements = domain::merge(std::move(record_.statements), lastKnown);
            }
        record_.statements = domain::merge(std::move(record_.statements), words);
    }

    void takeOurs() {
        auto ours =
            store::StatementTable(database_).ofPatients(ask_.connection.id, {record_.patient});
        const bool isNothingHeld = !record_.heldFrom && ours.empty() && record_.statements.empty();
        record_.isOutOfReach =
            words_.isOpen() && isShut(words_.error()) && (record_.isWithheld || isNothingHeld);
        record_.isAway = words_.isOpen() && words_.hasFailed() && isAway(words_.error()->kind()) &&
                         isNothingHeld;
        // Of our words it still holds that they were taken back, wherever the EHR has them.
        if (record_.isWithheld)
            std::erase_if(ours, [](const Statement& one) { return !one.retracted; });
        record_.statements = domain::merge(std::move(record_.statements), ours);
    }

    store::Database& database_;
    fhir::WorkerPool& workers_;
    PatientAsk ask_;
    RecordPart<WordsRead> words_;
    RecordPart<fhir::Encounter> stay_;
    RecordPart<fhir::Patient> patient_;
    std::optional<fhir::DeadlineTask<CompanionStatements>> companion_;
    fhir::Deadline companionDeadline_{};
    std::vector<std::string> askedOfCompanion_;
    std::optional<Held> held_;  ///< also of the record that was merged into theirs meanwhile
    PatientRecord record_;
};

}  // namespace

PatientRecord PatientReader::read(PatientAsk ask) const {
    return RecordReading(database_, workers_, std::move(ask)).run();
}

}  // namespace plugin::records
