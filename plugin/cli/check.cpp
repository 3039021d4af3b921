#include "fhir/base/json.h"
#include "fhir/base/random.h"
#include "plugin/cli/arguments.h"
#include "plugin/cli/check_tokens.h"
#include "plugin/cli/verbs.h"
#include "plugin/connections.h"
#include "plugin/domain/statement.h"
#include "plugin/domain/team_flag.h"

namespace plugin::cli {
namespace {

using fhir::Error;
using fhir::ErrorKind;

/// The one companion that keeps nothing: a check must not write.
class NoCompanion final : public adapters::Companion {
public:
    std::string keep(const adapters::Authored&) override {
        throw Error(ErrorKind::Internal, "a check tried to write");
    }
};

using Step = CheckStep;

/// Walks the steps of one connection in the order of DESIGN, section 7.1. Reads only.
class Checker {
public:
    Checker(const Connection& connection, const Settings& settings, bool json)
        : connection_(connection), settings_(settings), json_(json) {}

    /// The exit code of this connection: 0 ready, 1 not ready, 3 not reachable.
    int run() {
        step("tls", [&] { return tls(); });
        step("metadata", [&] { return metadata(); });
        step("smart-configuration", [&] { return checkSmartConfiguration(connection_); });
        step("token", [&] { return checkToken(connection_); });
        step("scopes", [&] { return checkScopes(connection_); });
        step("worklist", [&] { return worklist(); });
        step("read", [&] { return read(); });
        step("write-route", [&] { return writeRoute(); });
        step("flag-route", [&] { return flagRoute(); });
        if (json_) {
            fhir::json::Writer line;
            line.beginObject().member("connection", id()).member("ready", !failed_).endObject();
            printLine(line.take());
        } else {
            printLine(id() + (failed_ ? " is not ready." : " is ready."));
        }
        if (unreachable_) return fhir::exitCode(ErrorKind::Unavailable);
        return failed_ ? 1 : 0;
    }

private:
    const std::string& id() const { return connection_.settings.id; }

    template <class Function>
    void step(const char* name, Function function) {
        Step found;
        try {
            found = function();
        } catch (const Error& error) {
            found = {"fail", error.what()};
            unreachable_ = unreachable_ || error.kind() == ErrorKind::Unavailable;
        }
        failed_ = failed_ || found.result == "fail";
        if (json_) {
            fhir::json::Writer line;
            line.beginObject()
                .member("connection", id())
                .member("step", name)
                .member("result", found.result)
                .member("detail", found.text)
                .endObject();
            printLine(line.take());
        } else {
            printLine(found.result + "  " + name + ": " + found.text);
        }
    }

    Step tls() const {
        const auto& base = connection_.settings.fhirBase;
        if (base.scheme == "http")
            return base.isLoopback()
                       ? Step{"skip", "plain HTTP on this machine: nothing to check"}
                       : Step{"warn", "plain HTTP: use an https address before real patients"};
        connection_.adapter->capabilities();
        return {"pass", "the certificate of " + base.host + " is trusted"};
    }

    Step metadata() {
        const auto capabilities = connection_.adapter->capabilities();
        if (!capabilities.fhirVersion.starts_with("4.0"))
            return {"fail", "the server speaks FHIR " + capabilities.fhirVersion +
                                "; this plugin speaks R4 (4.0.1)"};
        std::string missing;
        for (const char* type : {"Patient", "Encounter", "Observation"})
            if (!capabilities.supports(type, "read")) missing += std::string(" ") + type;
        if (!missing.empty())
            return {"warn", "the CapabilityStatement does not list reading of:" + missing};
        return {"pass", "FHIR " + capabilities.fhirVersion + " by " +
                            capabilities.software.value_or("an unnamed server")};
    }

    Step worklist() {
        if (connection_.settings.units.empty())
            return {"warn", "the configuration names no unit, so there is no ward list"};
        std::string text;
        bool problems = false;
        for (const auto& unit : connection_.settings.units) {
            const auto list = connection_.adapter->worklist(unit.worklist);
            if (!list.stays.empty()) patient_ = list.stays.front().patient.id;
            text += (text.empty() ? "" : "; ") + unit.id + ": " +
                    std::to_string(list.stays.size()) + " stays";
            if (list.problems.empty()) continue;
            problems = true;
            text += ", " + std::to_string(list.problems.size()) + " entries cannot be read (" +
                    list.problems.front().text + ")";
        }
        if (patient_.empty())
            return {"warn", text + "; nobody is there now, or the location is not the unit's"};
        return {problems ? "warn" : "pass", text};
    }

    Step read() const {
        if (patient_.empty()) return {"skip", "the worklist gave no patient to read"};
        const auto found = connection_.adapter->statements({patient_});
        const auto text =
            std::to_string(found.observations.size()) + " statements of one patient were read";
        if (found.problems.empty()) return {"pass", text};
        return {"warn", text + "; " + found.problems.front().text};
    }

    /// Which rung of the ladder would take this, and why the ones above it would not.
    Step ladder(const adapters::Authored& authored) const {
        NoCompanion companion;
        const auto capabilities = connection_.adapter->capabilities();
        const adapters::RouteContext context{connection_.adapter->client(),
                                             connection_.adapter->profile(), capabilities,
                                             companion, false};
        std::string above;
        for (const auto& name : connection_.settings.routes) {
            const auto why = adapters::findRoute(name)->whyNot(context, authored);
            if (!why)
                return {name == "companion" ? "warn" : "pass",
                        name + " takes it" + (above.empty() ? "" : "; not " + above)};
            above += (above.empty() ? "" : "; not ") + name + ": " + *why;
        }
        return {"fail", "no route takes it: " + above + "; add \"companion\" to write.routes"};
    }

    Step writeRoute() const {
        const auto now = std::chrono::system_clock::now();
        domain::Statement sample{.id = "urn:uuid:" + fhir::randomUuid(),
                                 .patient = patient_.empty() ? "check" : patient_,
                                 .encounter = {},
                                 .aspect = {},
                                 .text = "check",
                                 .absent = {},
                                 .language = {},
                                 .said = fhir::DateTime::fromInstant(now),
                                 .recorded = {},
                                 .speaker = {},
                                 .speakerName = {},
                                 .speakerReference = {},
                                 .method = {},
                                 .note = {},
                                 .keepToTeam = false,
                                 .retracted = false,
                                 .location = {}};
        return ladder(domain::toObservation(sample));
    }

    Step flagRoute() const {
        for (const auto& team : settings_.teams) {
            if (team.connection != id()) continue;
            domain::TeamFlag flag;
            flag.id = "urn:uuid:" + fhir::randomUuid();
            flag.teamName = team.name;
            flag.subject = team.subject;
            flag.since = std::chrono::system_clock::now();
            return ladder(domain::toFlag(flag));
        }
        return {"skip", "the configuration names no team on this connection"};
    }

    const Connection& connection_;
    const Settings& settings_;
    bool json_;
    bool failed_ = false, unreachable_ = false;
    std::string patient_;
};

}  // namespace

int check(const Words& words) {
    const auto arguments = Arguments::parse({"check",
                                             {{.name = "config", .required = true},
                                              {.name = "connection"},
                                              {.name = "json", .takes = Option::Takes::Nothing}},
                                             {}},
                                            words);
    const auto settings = loadSettings(arguments.at("config"));
    const Connections connections(settings.connections);
    if (const auto only = arguments.find("connection"))
        return Checker(connections.at(*only), settings, arguments.has("json")).run();
    int worst = 0;
    for (const auto& [id, connection] : connections)
        worst = std::max(worst, Checker(connection, settings, arguments.has("json")).run());
    return worst;
}

}  // namespace plugin::cli
