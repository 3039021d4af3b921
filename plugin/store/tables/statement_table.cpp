#include "plugin/store/tables/statement_table.h"

#include <algorithm>
#include <map>

#include "plugin/store/sealing/sealed_row.h"
#include "plugin/store/tables/ward_table.h"

namespace plugin::store {
namespace {

using namespace Poco::Data::Keywords;
using domain::Statement;

const std::string kStatementColumns =
    "connection, id, patient, encounter, aspect, words, absent, language, said, recorded, speaker, "
    "speaker_name, speaker_reference, method, note, keep_to_team, retracted, location, "
    "replaces, patient_hash";
constexpr const char* kRelatedPerson = "related-person";

std::string patientHash(const Vault& vault, const std::string& connection,
                        const std::string& patient) {
    return vault.hash("statement/patient", connection + "/" + patient);
}

struct StatementRow {
    static constexpr const char* kTable = "statement";

    std::string connection, id, patient, encounter, aspect, words, absent, language, said, recorded,
        speaker, speakerName, speakerReference, method, note;
    int keepToTeam = 0;
    int retracted = 0;
    std::string location, replaces, patientHash;

    std::vector<Field> keyFields() { return {{"connection", &connection}, {"id", &id}}; }
    std::vector<Field> sealedFields() {
        return {{"patient", &patient},
                {"encounter", &encounter},
                {"words", &words},
                {"speaker_name", &speakerName},
                {"speaker_reference", &speakerReference},
                {"note", &note},
                {"location", &location},
                {"replaces", &replaces}};
    }
    std::vector<Field> hashFields() { return {{"patient_hash", &patientHash}}; }
    void hash(const Vault& vault) { patientHash = store::patientHash(vault, connection, patient); }

    template <class Self>
    static auto columns(Self& row) {
        return std::tie(row.connection, row.id, row.patient, row.encounter, row.aspect, row.words,
                        row.absent, row.language, row.said, row.recorded, row.speaker,
                        row.speakerName, row.speakerReference, row.method, row.note, row.keepToTeam,
                        row.retracted, row.location, row.replaces, row.patientHash);
    }
};

StatementRow toRow(const std::string& connection, const Statement& statement) {
    StatementRow row;
    row.connection = connection;
    row.id = statement.id;
    row.patient = statement.patient;
    row.encounter = statement.encounter.value_or("");
    row.aspect = toString(statement.aspect);
    row.words = statement.text;
    if (statement.absent) row.absent = toString(*statement.absent);
    row.language = statement.language.value_or("");
    row.said = statement.said.text();
    if (statement.recorded) row.recorded = statement.recorded->text();
    row.speaker = statement.speaker == domain::Speaker::Patient ? "patient" : kRelatedPerson;
    row.speakerName = statement.speakerName.value_or("");
    row.speakerReference = statement.speakerReference.value_or("");
    if (statement.method) row.method = toString(*statement.method);
    row.note = statement.note.value_or("");
    row.keepToTeam = statement.keepToTeam ? 1 : 0;
    row.retracted = statement.retracted ? 1 : 0;
    row.location = statement.location.value_or("");
    row.replaces = statement.replaces.value_or("");
    return row;
}

Statement toStatement(StatementRow row) {
    Statement statement{.id = std::move(row.id),
                        .patient = std::move(row.patient),
                        .said = fhir::DateTime::parse(row.said)};
    statement.encounter = toOptional(std::move(row.encounter));
    statement.aspect = domain::parseAspect(row.aspect).value_or(domain::Aspect::Now);
    statement.text = std::move(row.words);
    statement.absent = domain::parseAbsent(row.absent);
    statement.language = toOptional(std::move(row.language));
    statement.recorded = fhir::DateTime::tryParse(row.recorded);
    if (row.speaker == kRelatedPerson) statement.speaker = domain::Speaker::RelatedPerson;
    statement.speakerName = toOptional(std::move(row.speakerName));
    statement.speakerReference = toOptional(std::move(row.speakerReference));
    statement.method = domain::parseMethod(row.method);
    statement.note = toOptional(std::move(row.note));
    statement.keepToTeam = row.keepToTeam != 0;
    statement.retracted = row.retracted != 0;
    statement.location = toOptional(std::move(row.location));
    statement.replaces = toOptional(std::move(row.replaces));
    return statement;
}

std::optional<StatementRow> findRow(Poco::Data::Session& session, const Vault& vault,
                                    std::string connection, std::string id) {
    auto row =
        rowOf<StatementRow>((session << "SELECT " + kStatementColumns +
                                            " FROM statement WHERE connection = $1 AND id = $2",
                             use(connection), use(id)));
    if (row) open(*row, vault);
    return row;
}

/// Nothing of ours is known of most patients, whom every card and board asks for: that is told for
/// a fraction of what reading their rows takes.
bool hasAny(Poco::Data::Session& session, std::string connection, std::string patientHash) {
    int found = 0;
    session << "SELECT 1 FROM statement WHERE connection = $1 AND patient_hash = $2 LIMIT 1",
        use(connection), use(patientHash), into(found), now;
    return found != 0;
}

struct PlaceRow {
    std::string entry, location;

    template <class Self>
    static auto columns(Self& row) {
        return std::tie(row.entry, row.location);
    }
};

/// Where the EHR holds the statements of a patient, by their id.
std::map<std::string, std::string> placesOf(Poco::Data::Session& session, std::string connection,
                                            std::string patientHash) {
    std::map<std::string, std::string> places;
    auto rows = rowsOf<PlaceRow>(
        (session << "SELECT id, location FROM outbox WHERE state = 'delivered' "
                    "AND kind = 'statement' AND placement = 'ehr' AND location <> '' "
                    "AND id IN (SELECT substr(id, 10) FROM statement "  // after "urn:uuid:"
                    "WHERE connection = $1 AND patient_hash = $2)",
         use(connection), use(patientHash)));
    for (auto& row : rows) places["urn:uuid:" + row.entry] = std::move(row.location);
    return places;
}

/// Whether `again` says the same as what is there. When it was recorded, where it is now and
/// whether it was taken back since are not what was said: the client of an answer that was lost
/// sends the same statement again, later, or before the first has ended. Nor is when it was said,
/// where that is no more than the moment at which we were told.
bool sameContent(StatementRow there, const StatementRow& again) {
    if (again.said == again.recorded) there.said = again.said;
    there.recorded = again.recorded;
    there.location = again.location;
    there.retracted = std::min(there.retracted, again.retracted);
    there.patientHash = again.patientHash;
    return StatementRow::columns(there) == StatementRow::columns(again);
}

}  // namespace

StatementTable::Inserted StatementTable::insert(Poco::Data::Session& session,
                                                const std::string& connection,
                                                const Statement& statement) {
    auto row = toRow(connection, statement);
    database_.lock(session, "statement/" + connection + "/" + statement.id);
    if (const auto there = findRow(session, database_.vault(), connection, statement.id))
        return sameContent(*there, row) ? Inserted::Same : Inserted::Different;
    seal(row, database_.vault());
    session << "INSERT INTO statement (" + kStatementColumns + ") VALUES (" + parameters(20) + ")",
        use(row), now;
    WardTable(database_).announcePatient(session, connection, statement.patient);
    return Inserted::New;
}

bool StatementTable::isRepeated(const std::string& connection, const Statement& statement) const {
    bool isThere = false;
    database_.read([&](Poco::Data::Session& session) {
        const auto there = findRow(session, database_.vault(), connection, statement.id);
        isThere = there && sameContent(*there, toRow(connection, statement));
    });
    return isThere;
}

std::optional<Statement> StatementTable::find(const std::string& connection,
                                              const std::string& id) const {
    std::optional<Statement> result;
    database_.read([&](Poco::Data::Session& session) {
        if (auto row = findRow(session, database_.vault(), connection, id))
            result = toStatement(*std::move(row));
    });
    return result;
}

bool StatementTable::retract(Poco::Data::Session& session, const std::string& connection,
                             const std::string& id) {
    auto of = connection;
    auto which = id;
    database_.lock(session, "statement/" + connection + "/" + id);
    const auto row = findRow(session, database_.vault(), connection, id);
    if (!row || row->retracted != 0) return false;
    session << "UPDATE statement SET retracted = 1 WHERE connection = $1 AND id = $2", use(of),
        use(which), now;
    WardTable(database_).announcePatient(session, connection, row->patient);
    return true;
}

std::vector<Statement> StatementTable::ofPatients(
    const std::string& connection, const std::vector<std::string>& patientIds) const {
    std::vector<Statement> result;
    database_.read([&](Poco::Data::Session& session) {
        for (const auto& patient : patientIds) {
            auto hash = patientHash(database_.vault(), connection, patient);
            if (!hasAny(session, connection, hash)) continue;
            std::string of = connection;
            auto rows = rowsOf<StatementRow>(
                (session << "SELECT " + kStatementColumns +
                                " FROM statement WHERE connection = $1 AND patient_hash = $2",
                 use(of), use(hash)));
            auto places = placesOf(session, of, hash);
            for (auto& row : rows) {
                open(row, database_.vault());
                result.push_back(toStatement(std::move(row)));
                if (const auto place = places.find(result.back().id); place != places.end())
                    result.back().location = place->second;
            }
        }
    });
    std::sort(result.begin(), result.end(), [](const Statement& left, const Statement& right) {
        return std::tuple(left.said.earliest(), left.id) <
               std::tuple(right.said.earliest(), right.id);
    });
    return result;
}

std::vector<std::string> StatementTable::move(Poco::Data::Session& session,
                                              const PatientMove& move) {
    const auto& vault = database_.vault();
    auto of = move.connection;
    auto hash = patientHash(vault, move.connection, move.from);
    auto rows = rowsOf<StatementRow>((session << "SELECT " + kStatementColumns +
                                                     " FROM statement WHERE connection = $1 "
                                                     "AND patient_hash = $2",
                                      use(of), use(hash)));
    std::vector<std::string> moved;
    for (auto& row : rows) {
        if (!move.takes(row.id)) continue;
        open(row, vault);
        row.patient = move.to;
        if (row.speakerReference == "Patient/" + move.from)
            row.speakerReference = "Patient/" + move.to;
        seal(row, vault);
        session << "UPDATE statement SET patient = $1, patient_hash = $2, speaker_reference = $3 "
                   "WHERE connection = $4 AND id = $5",
            use(row.patient), use(row.patientHash), use(row.speakerReference), use(row.connection),
            use(row.id), now;
        moved.push_back(row.id);
    }
    return moved;
}

std::size_t StatementTable::pruneDelivered(fhir::Instant before) {
    std::size_t pruned = 0;
    database_.transaction([&](Poco::Data::Session& session) {
        auto moment = toMilliseconds(before);
        Poco::Data::Statement remove(session);
        // Where the EHR could not be told that one is in error, our row is what says so.
        remove << "DELETE FROM statement WHERE id IN (SELECT 'urn:uuid:' || outbox.id FROM outbox "
                  "WHERE outbox.connection = statement.connection AND state = 'delivered' "
                  "AND outbox.placement <> 'local-companion' "
                  "AND created < $1 AND (corrected_by = '' OR EXISTS (SELECT 1 FROM outbox AS "
                  "correction "
                  "WHERE correction.id = outbox.corrected_by AND correction.state = 'delivered' "
                  "AND correction.placement = outbox.placement)))",
            use(moment);
        pruned = remove.execute();
    });
    return pruned;
}

std::size_t StatementTable::reseal(Poco::Data::Session& session, const Vault& vault, int limit) {
    return resealSome<StatementRow>(session, vault, kStatementColumns, limit);
}

}  // namespace plugin::store
