#include <algorithm>

#include "fhir/base/random.h"
#include "plugin/cli/arguments.h"
#include "plugin/cli/delivery_now.h"
#include "plugin/cli/operator.h"
#include "plugin/cli/verbs.h"
#include "plugin/connections/connections.h"
#include "plugin/outbox/capture.h"
#include "plugin/service/maintenance.h"

namespace plugin::cli {
namespace {

using fhir::Error;
using fhir::ErrorKind;

const Option kWait{.name = "wait", .takes = Option::Takes::Nothing};

template <class T>
std::optional<T> choice(const Arguments& arguments, const char* name,
                        std::optional<T> (*parse)(std::string_view) noexcept, const char* known) {
    const auto text = arguments.find(name);
    if (!text) return std::nullopt;
    const auto value = parse(*text);
    if (!value)
        throw Error(ErrorKind::InvalidInput,
                    std::string("--") + name + " must be one of: " + known);
    return value;
}

fhir::DateTime saidAt(const Arguments& arguments, fhir::Instant now) {
    const auto text = arguments.find("said");
    if (!text) return fhir::DateTime::fromInstant(now);
    auto moment = fhir::DateTime::tryParse(*text);
    if (!moment)
        throw Error(ErrorKind::InvalidInput,
                    "--said must be a date or time, 2026-03-07 or 2026-03-07T08:15:00+01:00");
    return *std::move(moment);
}

std::string urnOf(std::string id, const char* option) {
    if (id.starts_with("urn:uuid:")) id.erase(0, 9);
    if (!fhir::isUuid(id))
        throw Error(ErrorKind::InvalidInput, std::string("--") + option + " must be a UUID");
    std::transform(id.begin(), id.end(), id.begin(),
                   [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c; });
    return "urn:uuid:" + id;
}

std::string newOrGivenId(const Arguments& arguments) {
    return urnOf(arguments.get("id", fhir::randomUuid()), "id");
}

/// What the new words stand for: by our id, or "Observation/9" of others'.
std::optional<std::string> replacedBy(const Arguments& arguments) {
    if (const auto wrong = arguments.find("corrects")) {
        if (arguments.has("replaces"))
            throw Error(
                ErrorKind::InvalidInput,
                "give --corrects or --replaces: the old words were wrong, or they were not");
        return urnOf(*wrong, "corrects");
    }
    auto older = arguments.find("replaces");
    if (!older || older->starts_with("Observation/")) return older;
    return urnOf(*older, "replaces");
}

domain::Statement statementFrom(const Arguments& arguments, fhir::Instant now) {
    domain::Statement statement{
        .id = newOrGivenId(arguments),
        .patient = arguments.id("patient", "Patient"),
        .encounter = arguments.has("encounter")
                         ? std::optional(arguments.id("encounter", "Encounter"))
                         : std::nullopt,
        .aspect = choice(arguments, "aspect", domain::parseAspect,
                         "now, about-me, who-matters, please-do, please-do-not, "
                         "how-to-talk-with-me")
                      .value_or(domain::Aspect::Now),
        .text = arguments.get("text", ""),
        .absent = choice(arguments, "declined", domain::parseAbsent,
                         "asked-declined, asked-unknown, temp-unknown"),
        .language = arguments.find("language"),
        .said = saidAt(arguments, now),
        .recorded = fhir::DateTime::fromInstant(now),
        .speaker = arguments.has("related-person") ? domain::Speaker::RelatedPerson
                                                   : domain::Speaker::Patient,
        .speakerName = arguments.find("related-person"),
        .speakerReference = {},
        .method = choice(arguments, "method", domain::parseMethod,
                         "in-person, phone, portal, interpreter, observed"),
        .note = arguments.find("note"),
        .keepToTeam = arguments.has("keep"),
        .retracted = false,
        .replaces = replacedBy(arguments),
        .location = {}};
    const auto faults = domain::faults(statement, now);
    if (!faults.empty()) {
        std::string text = "this statement cannot be written down:";
        for (const auto& fault : faults) text += "\n  " + fault.path + ": " + fault.text;
        throw Error(ErrorKind::InvalidInput, text);
    }
    return statement;
}

/// Refuses a statement about nobody. An EHR that is down, answers with nonsense or does not let us
/// read is no reason to: the words are written down here and wait.
void requirePatient(const Connection& connection, const domain::Statement& statement) {
    try {
        connection.adapter->patient(statement.patient);
        if (!statement.encounter) return;
        const auto encounter = connection.adapter->encounter(*statement.encounter);
        const auto& server = connection.adapter->client().server();
        if (server.findId(encounter.subject, "Patient") != statement.patient)
            throw Error(ErrorKind::InvalidInput,
                        "that encounter is another patient's; nothing was written");
    } catch (const Error& error) {
        const bool saysNo = error.kind() == ErrorKind::NotFound ||
                            error.kind() == ErrorKind::Refused ||
                            error.kind() == ErrorKind::InvalidInput;
        if (!saysNo) return;
        throw error.in("connection " + connection.settings.id);
    }
}

int pushStatement(const Words& words) {
    const auto arguments = Arguments::parse({"push statement",
                                             {{.name = "config", .required = true},
                                              {.name = "connection", .required = true},
                                              {.name = "patient", .required = true},
                                              {.name = "text"},
                                              {.name = "declined"},
                                              {.name = "aspect"},
                                              {.name = "encounter"},
                                              {.name = "said"},
                                              {.name = "related-person"},
                                              {.name = "language"},
                                              {.name = "method"},
                                              {.name = "note"},
                                              {.name = "id"},
                                              {.name = "corrects"},
                                              {.name = "replaces"},
                                              {.name = "keep", .takes = Option::Takes::Nothing},
                                              kWait,
                                              jsonOption()},
                                             {}},
                                            words);
    const auto settings = loadSettings(arguments.at("config"));
    const Connections connections(settings.connections);
    const auto& connection = connections.at(arguments.at("connection"));
    const auto now = std::chrono::system_clock::now();
    const auto statement = statementFrom(arguments, now);
    requirePatient(connection, statement);

    const auto opened = service::openDatabase(settings.store);
    auto& database = *opened;
    const bool corrects = arguments.has("corrects");
    const auto by = operatorOf(settings, "push statement");
    const auto write = corrects ? outbox::correctStatement : outbox::captureStatement;
    const auto inserted = write(database, connection.settings.id, statement,
                                connection.settings.profile.whatMattersCategory, now, by);
    if (inserted == store::StatementTable::Inserted::Different)
        throw Error(ErrorKind::Conflict, "a statement with this id is there with other words");
    const auto report = [&](const std::string& entry) {
        return finish(connections, database, entry, arguments.has("wait"), arguments.has("json"),
                      by);
    };
    const int exit = report(outbox::entryId(statement.id));
    if (!corrects) return exit;
    return std::max(exit, report(outbox::withdrawalId(*statement.replaces)));
}

int pushWithdrawal(const Words& words) {
    const auto arguments = Arguments::parse({"push withdrawal",
                                             {{.name = "config", .required = true},
                                              {.name = "connection", .required = true},
                                              {.name = "patient", .required = true},
                                              {.name = "statement", .required = true},
                                              kWait,
                                              jsonOption()},
                                             {}},
                                            words);
    const auto settings = loadSettings(arguments.at("config"));
    const Connections connections(settings.connections);
    const auto& connection = connections.at(arguments.at("connection")).settings.id;
    const auto urn = urnOf(arguments.at("statement"), "statement");
    const auto opened = service::openDatabase(settings.store);
    auto& database = *opened;
    const auto by = operatorOf(settings, "push withdrawal");
    outbox::withdrawStatement(database, connection, arguments.id("patient", "Patient"), urn,
                              std::chrono::system_clock::now(), by);
    return finish(connections, database, outbox::withdrawalId(urn), arguments.has("wait"),
                  arguments.has("json"), by);
}

int pushFlag(const Words& words) {
    const auto arguments = Arguments::parse({"push flag",
                                             {{.name = "config", .required = true},
                                              {.name = "connection", .required = true},
                                              {.name = "team", .required = true},
                                              {.name = "reason", .required = true},
                                              {.name = "status"},
                                              {.name = "id"},
                                              kWait,
                                              jsonOption()},
                                             {}},
                                            words);
    const auto settings = loadSettings(arguments.at("config"));
    const Connections connections(settings.connections);
    const auto& connection = connections.at(arguments.at("connection"));
    const auto* team = settings.findTeam(arguments.at("team"));
    if (team == nullptr || team->connection != connection.settings.id) {
        std::string known;
        for (const auto& one : settings.teams)
            if (one.connection == connection.settings.id) known += " " + one.id;
        throw Error(ErrorKind::InvalidInput, "connection " + connection.settings.id +
                                                 " has no team of this id; it has:" + known);
    }
    const auto now = std::chrono::system_clock::now();
    const domain::TeamFlag flag{.id = newOrGivenId(arguments),
                                .teamName = team->name,
                                .subject = team->subject,
                                .reason = *choice(arguments, "reason", domain::parseFlagReason,
                                                  "strain, decline, theme, bright-spot"),
                                .status = arguments.get("status", "active"),
                                .since = now};
    const auto opened = service::openDatabase(settings.store);
    auto& database = *opened;
    outbox::raiseFlag(database, connection.settings.id, flag, now);
    return finish(connections, database, outbox::entryId(flag.id), arguments.has("wait"),
                  arguments.has("json"), operatorOf(settings, "push flag"));
}

}  // namespace

int push(const Words& words) {
    const auto what = words.empty() ? std::string() : words.front();
    const Words rest(words.begin() + (words.empty() ? 0 : 1), words.end());
    if (what == "statement") return pushStatement(rest);
    if (what == "withdrawal") return pushWithdrawal(rest);
    if (what == "flag") return pushFlag(rest);
    throw Error(ErrorKind::InvalidInput,
                "push must be followed by statement, withdrawal or flag\n"
                "see: whatmatters push --help");
}

}  // namespace plugin::cli
