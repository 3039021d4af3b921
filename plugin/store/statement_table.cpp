#include "plugin/store/statement_table.h"

#include <algorithm>

#include "plugin/store/sealed_row.h"
#include "plugin/store/ward_table.h"

namespace plugin::store {
namespace {

using namespace Poco::Data::Keywords;
using domain::Statement;

const std::string kColumns =
    "connection, id, patient, encounter, aspect, words, absent, language, said, recorded, speaker, "
    "speaker_name, speaker_reference, method, note, keep_to_team, retracted, location, "
    "patient_hash";
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
    std::string location, patientHash;

    std::vector<Field> keyFields() { return {{"connection", &connection}, {"id", &id}}; }
    std::vector<Field> sealedFields() {
        return {{"patient", &patient},
                {"encounter", &encounter},
                {"words", &words},
                {"speaker_name", &speakerName},
                {"speaker_reference", &speakerReference},
                {"note", &note},
                {"location", &location}};
    }
    std::vector<Field> hashFields() { return {{"patient_hash", &patientHash}}; }
    void hash(const Vault& vault) { patientHash = store::patientHash(vault, connection, patient); }

    template <class Self>
    static auto columns(Self& row) {
        return std::tie(row.connection, row.id, row.patient, row.encounter, row.aspect, row.words,
                        row.absent, row.language, row.said, row.recorded, row.speaker,
                        row.speakerName, row.speakerReference, row.method, row.note, row.keepToTeam,
                        row.retracted, row.location, row.patientHash);
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
    return statement;
}

std::optional<StatementRow> findRow(Poco::Data::Session& session, const Vault& vault,
                                    std::string connection, std::string id) {
    auto row = rowOf<StatementRow>(
        (session << "SELECT " + kColumns + " FROM statement WHERE connection = $1 AND id = $2",
         use(connection), use(id)));
    if (row) open(*row, vault);
    return row;
}

/// Whether both say the same. When it was recorded and where it is now are not what was said: the
/// client of an answer that was lost sends the same statement again, later.
bool sameContent(StatementRow left, StatementRow right) {
    left.recorded = right.recorded;
    left.location = right.location;
    left.patientHash = right.patientHash;
    return StatementRow::columns(left) == StatementRow::columns(right);
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
    session << "INSERT INTO statement (" + kColumns + ") VALUES (" + parameters(19) + ")", use(row),
        now;
    WardTable(database_).announcePatient(session, connection, statement.patient);
    return Inserted::New;
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

std::vector<Statement> StatementTable::ofPatients(
    const std::string& connection, const std::vector<std::string>& patientIds) const {
    std::vector<Statement> result;
    database_.read([&](Poco::Data::Session& session) {
        for (const auto& patient : patientIds) {
            auto hash = patientHash(database_.vault(), connection, patient);
            std::string of = connection;
            auto rows = rowsOf<StatementRow>(
                (session << "SELECT " + kColumns +
                                " FROM statement WHERE connection = $1 AND patient_hash = $2",
                 use(of), use(hash)));
            for (auto& row : rows) {
                open(row, database_.vault());
                result.push_back(toStatement(std::move(row)));
            }
        }
    });
    std::sort(result.begin(), result.end(), [](const Statement& left, const Statement& right) {
        return std::tuple(left.said.earliest(), left.id) <
               std::tuple(right.said.earliest(), right.id);
    });
    return result;
}

std::size_t StatementTable::move(Poco::Data::Session& session, const std::string& connection,
                                 const std::string& from, const std::string& to) {
    const auto& vault = database_.vault();
    std::string of = connection;
    auto hash = patientHash(vault, connection, from);
    auto rows = rowsOf<StatementRow>((session << "SELECT " + kColumns +
                                                     " FROM statement WHERE connection = $1 "
                                                     "AND patient_hash = $2",
                                      use(of), use(hash)));
    for (auto& row : rows) {
        open(row, vault);
        row.patient = to;
        if (row.speakerReference == "Patient/" + from) row.speakerReference = "Patient/" + to;
        seal(row, vault);
        session << "UPDATE statement SET patient = $1, patient_hash = $2, speaker_reference = $3 "
                   "WHERE connection = $4 AND id = $5",
            use(row.patient), use(row.patientHash), use(row.speakerReference), use(row.connection),
            use(row.id), now;
    }
    return rows.size();
}

std::size_t StatementTable::pruneDelivered(fhir::Instant before) {
    std::size_t pruned = 0;
    database_.transaction([&](Poco::Data::Session& session) {
        auto moment = toMilliseconds(before);
        Poco::Data::Statement remove(session);
        remove << "DELETE FROM statement WHERE id IN (SELECT 'urn:uuid:' || outbox.id FROM outbox "
                  "WHERE outbox.connection = statement.connection AND state = 'delivered' "
                  "AND route <> 'companion' AND created < $1)",
            use(moment);
        pruned = remove.execute();
    });
    return pruned;
}

std::size_t StatementTable::reseal(Poco::Data::Session& session, const Vault& vault, int limit) {
    return resealSome<StatementRow>(session, vault, kColumns, limit);
}

}  // namespace plugin::store
