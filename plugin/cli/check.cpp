#include <algorithm>
#include <cstddef>
#include <fstream>
#include <map>
#include <string_view>

#include "fhir/base/json.h"
#include "fhir/base/random.h"
#include "plugin/cli/arguments.h"
#include "plugin/cli/check_advice.h"
#include "plugin/cli/check_companion.h"
#include "plugin/cli/check_report.h"
#include "plugin/cli/check_tokens.h"
#include "plugin/cli/check_write.h"
#include "plugin/cli/verbs.h"
#include "plugin/connections/connections.h"
#include "plugin/domain/team_flag.h"

namespace plugin::cli {
namespace {

using fhir::Error;
using fhir::ErrorKind;

using Step = CheckStep;

std::string counted(std::size_t count, const char* one, const char* many) {
    return std::to_string(count) + " " + (count == 1 ? one : many);
}

/// What the command line asks for.
struct Wanted {
    bool json = false;
    std::string writeAbout;  ///< the Patient id of the test statement; "" writes nothing
};

/// Walks the steps of one connection in the order of DESIGN, section 7.1. Reads only, unless a
/// test statement is wanted.
class Checker {
public:
    Checker(const Connection& connection, const Settings& settings, const Wanted& wanted)
        : connection_(connection), settings_(settings), wanted_(wanted) {
        checked_.id = id();
        checked_.product = profile().product;
        checked_.documentation = profile().documentation;
        checked_.about = adviceOn("general", profile());
    }

    CheckedConnection run() {
        const bool findsTokens = connection_.settings.auth.tokenUrl.has_value();
        step("tls", {}, [&] { return tls(); });
        step("metadata", {"tls"}, [&] { return metadata(); });
        step("smart-configuration", {"tls"}, [&] { return smartConfiguration(); });
        step("token", {findsTokens ? "tls" : "smart-configuration"}, [&] { return token(); });
        step("scopes", {"token"}, [&] { return checkScopes(connection_); });
        // Where charts are known when they are opened nothing is asked for.
        const std::vector<std::string> ofList{"token", "scopes"};
        step("worklist", isLaunchOnly() ? std::vector<std::string>{} : ofList,
             [&] { return worklist(); });
        // One unit that cannot be listed does not keep a patient of another from being read.
        step("read", patient_.empty() ? std::vector<std::string>{"worklist"} : ofList,
             [&] { return read(); });
        step("write-route", {"metadata", "token"}, [&] { return writeRoute(); });
        step("flag-route", {"metadata", "token"}, [&] { return flagRoute(); });
        if (connection_.companion != nullptr)
            step("companion", {}, [&] { return checkCompanion(connection_, hasTeams()); });
        if (connection_.settings.subscriptions)
            step("subscriptions", {"metadata"}, [&] { return subscriptions(); });
        checked_.ready = !failed_;
        printLine(wanted_.json ? jsonLine(checked_) : table(checked_));
        return checked_;
    }

    /// The exit code of this connection: 0 ready, 1 not ready, 3 not reachable.
    int exitCode() const {
        if (unreachable_) return fhir::exitCode(ErrorKind::Unavailable);
        return failed_ ? 1 : 0;
    }

private:
    const std::string& id() const { return connection_.settings.id; }
    const adapters::Profile& profile() const { return connection_.settings.profile; }

    /// The step that failed and that one of these needs, itself or through others; "" if none did.
    /// Where nobody is there, or not the EHR, everything needs that.
    std::string failedNeed(const std::vector<std::string>& needs, bool isOfEhr) const {
        if (isOfEhr && !nobodyAt_.empty()) return nobodyAt_;
        for (const auto& need : needs)
            if (const auto found = failures_.find(need); found != failures_.end())
                return found->second;
        return {};
    }

    template <class Function>
    void step(const std::string& name, const std::vector<std::string>& needs, Function function) {
        Step found;
        std::string toDo;
        if (const auto failed = failedNeed(needs, name != "companion"); !failed.empty()) {
            found = {"skip", "needs " + failed + ", which failed"};
            failures_[name] = failed;
        } else {
            found = attempted(name, function, toDo);
            if (found.result == "fail") failures_[name] = name;
        }
        failed_ = failed_ || found.result == "fail";
        if (found.result != "fail" && found.result != "warn") toDo.clear();
        CheckLine line{name, found.result, found.text, asAbove(std::move(toDo)), found.granted};
        if (wanted_.json) printLine(jsonLine(id(), line));
        checked_.lines.push_back(std::move(line));
    }

    template <class Function>
    Step attempted(const std::string& name, Function function, std::string& toDo) {
        toDo = adviceOn(name, profile());
        try {
            return function();
        } catch (const Error& error) {
            const bool isNobody = error.kind() == ErrorKind::Unavailable && error.status() == 0;
            if (name != "companion" && (isNobody || error.cause() == fhir::kWebPage))
                nobodyAt_ = name;
            // Who is not there gives no hint about the rest.
            if (isNobody) toDo = adviceOn("tls", profile());
            if (auto special = adviceOnCause(error.cause(), connection_.settings); !special.empty())
                toDo = withHint(std::move(special), name);
            unreachable_ = unreachable_ || error.kind() == ErrorKind::Unavailable;
            return {"fail", withoutIds(error.what())};
        }
    }

    /// What the vendor's profile has to say about the step is not lost beside its cause, where it
    /// is the EHR that answered.
    std::string withHint(std::string advice, const std::string& step) const {
        const auto hint = profile().hints.find(step);
        if (nobodyAt_ == step || hint == profile().hints.end()) return advice;
        return advice + " " + hint->second;
    }

    /// What to do; where a step above has the same to do, that step's name: nobody reads the same
    /// sentence nine times for what is new in it.
    std::string asAbove(std::string text) const {
        for (const auto& line : checked_.lines)
            if (!text.empty() && line.advice == text) return "As for " + line.step + ".";
        return text;
    }

    Step smartConfiguration() const {
        auto found = checkSmartConfiguration(connection_);
        if (connection_.settings.auth.usesTokens() && found.result == "pass")
            found.text +=
                leftOut(connection_.discovery->get(fhir::deadlineIn(profile().timeout))->problems);
        return found;
    }

    /// What of a message could not be read, for the end of a sentence.
    static std::string leftOut(const std::vector<fhir::Issue>& problems) {
        if (problems.empty()) return {};
        const auto& first = problems.front();
        return "; left out: " + counted(problems.size(), "element", "elements") +
               " that cannot be read (" + first.path + " " + first.text + ")";
    }

    Step token() const {
        auto found = checkToken(connection_);
        const auto& method = connection_.settings.auth.method;
        const auto& methods = profile().auth.methods;
        if (found.result == "pass" &&
            std::find(methods.begin(), methods.end(), method) == methods.end())
            return {"warn", found.text + "; but " + method +
                                " is not among the ways that this vendor is known to take"};
        return found;
    }

    Step tls() const {
        const auto& base = connection_.settings.fhirBase;
        if (base.scheme == "http")
            return base.isLoopback()
                       ? Step{"skip", "plain HTTP on this machine: nothing to check"}
                       : Step{"warn", "plain HTTP: use an https address before real patients"};
        try {
            connection_.adapter->capabilities();
        } catch (const Error& error) {
            if (error.status() == 0) throw;  // nothing came back; else what came, came by TLS
        }
        return {"pass", "the certificate of " + base.host + " is trusted"};
    }

    Step metadata() {
        fhir::CapabilityStatement capabilities;
        try {
            capabilities = connection_.adapter->capabilities();
        } catch (const Error& error) {
            // What is wrong with the token is told by its own step.
            if (error.cause().empty() || error.cause() == fhir::kWebPage) throw;
            failures_["metadata"] = "token";
            return {"skip", "the server gives it to nobody without a token, and none is to be had"};
        }
        if (!capabilities.fhirVersion.starts_with("4.0"))
            return {"fail", "the server speaks FHIR " + capabilities.fhirVersion +
                                "; this plugin speaks R4 (4.0.1)"};
        std::string missing;
        for (const auto& type : typesRead(connection_.settings))
            if (!capabilities.supports(type, "read")) missing += " " + type;
        if (!missing.empty())
            return {"warn", "the CapabilityStatement does not list reading of:" + missing};
        return {"pass", "FHIR " + capabilities.fhirVersion + " by " +
                            capabilities.software.value_or("an unnamed server") +
                            leftOut(capabilities.problems)};
    }

    Step worklist() {
        if (connection_.settings.units.empty())
            return {"warn", "the configuration names no unit, so there is no ward list"};
        std::string text;
        bool problems = false;
        std::vector<Error> failures;
        for (const auto& unit : connection_.settings.units) {
            text += (text.empty() ? "" : "; ") + unit.id + ": ";
            try {
                text += listed(unit, problems);
            } catch (const Error& error) {
                text += withoutIds(error.what());
                failures.push_back(error);
            }
        }
        if (failures.size() == connection_.settings.units.size()) throw failures.front();
        if (!failures.empty()) return {"fail", text};
        if (patient_.empty() && isLaunchOnly())
            return {"pass", "charts are known when they are opened; no unit is listed"};
        if (patient_.empty())
            return {"warn",
                    text + "; nobody is there now, or the unit is not the one that is meant"};
        return {problems ? "warn" : "pass", text};
    }

    /// Lists one unit, and says how many are there and what cannot be read.
    std::string listed(const UnitSettings& unit, bool& problems) {
        const auto list = connection_.backgroundAdapter->worklist(
            unit.worklist, [&](std::size_t done, std::size_t all) { progress(unit, done, all); });
        if (!list.stays.empty()) {
            patient_ = list.stays.front().patient.id;
            encounter_ = list.stays.front().encounter.id;
        }
        auto text = counted(list.stays.size(), "stay", "stays");
        if (list.problems.empty()) return text;
        problems = true;
        return text + ", " + counted(list.problems.size(), "line", "lines") +
               " about what cannot be read (" + withoutIds(list.problems.front().text) + ")";
    }

    bool isLaunchOnly() const {
        const auto& units = connection_.settings.units;
        return std::all_of(units.begin(), units.end(), [](const UnitSettings& unit) {
            return unit.worklist.source == "launch-only";
        });
    }

    /// A line on stderr for every tenth patient, where a list is put together one by one.
    static void progress(const UnitSettings& unit, std::size_t done, std::size_t all) {
        if (done % 10 == 0)
            tell(unit.id + ": " + std::to_string(done) +
                 (all == 0 ? " read" : " of " + std::to_string(all) + " patients read"));
    }

    Step read() const {
        if (patient_.empty()) return {"skip", "the worklist gave no patient to read"};
        const auto found = connection_.adapter->statements({patient_});
        const auto text =
            "of one patient: " + counted(found.observations.size(), "statement", "statements");
        if (found.problems.empty()) return {"pass", text};
        return {"warn", text + "; " + withoutIds(found.problems.front().text)};
    }

    /// Which rung of the ladder would take this, and why the ones above it would not.
    Step ladder(const adapters::Authored& authored) const {
        NoCompanion companion;
        const auto capabilities = connection_.adapter->capabilities();
        const auto context = connection_.adapter->routeContext(companion, false, capabilities);
        std::string above, routes, reason;  // `routes` that share a reason are said together
        const auto flush = [&] {
            if (!routes.empty()) above += "; not " + routes + ": " + reason;
        };
        for (const auto& name : connection_.settings.routes) {
            auto why = adapters::findRoute(name)->whyNot(context, authored);
            if (!why) {
                flush();
                return {name == adapters::kCompanionRoute ? "warn" : "pass",
                        name + " takes it" + above};
            }
            if (why->ends_with('.')) why->pop_back();
            if (*why != reason) flush();
            routes = *why == reason ? routes + ", " + name : name;
            reason = *why;
        }
        flush();
        return {"fail", "no route takes it" + above + "; add \"companion\" to write.routes"};
    }

    Step writeRoute() const {
        if (!wanted_.writeAbout.empty()) return writeTest(connection_, wanted_.writeAbout);
        const auto sample = testStatement(patient_.empty() ? "check" : patient_, encounter_);
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

    bool hasTeams() const {
        return std::any_of(settings_.teams.begin(), settings_.teams.end(),
                           [&](const TeamSettings& team) { return team.connection == id(); });
    }

    Step subscriptions() const {
        const auto address = settings_.publicUrl.origin() + "/subscriptions/" + id();
        if (!connection_.adapter->capabilities().supports("Subscription", "create"))
            return {"warn",
                    "the CapabilityStatement lists no create of Subscription; where the EHR is set "
                    "up to notify in another way, the address is " +
                        address};
        return {"pass", "one can be created; its channel.endpoint is " + address};
    }

    const Connection& connection_;
    const Settings& settings_;
    const Wanted& wanted_;
    CheckedConnection checked_;
    bool failed_ = false, unreachable_ = false;
    std::map<std::string, std::string> failures_;  ///< by step: the one that failed, or it needs
    std::string nobodyAt_;  ///< the step that showed that nobody is there, or not the EHR
    std::string patient_;
    std::optional<std::string> encounter_;
};

void writeReport(const std::string& path, const std::string& page) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << page;
    file.close();
    if (!file) throw Error(ErrorKind::InvalidInput, "the report " + path + " cannot be written");
    tell("The report is in " + path + ".");
}

}  // namespace

int check(const Words& words) {
    const auto arguments = Arguments::parse({"check",
                                             {{.name = "config", .required = true},
                                              {.name = "connection"},
                                              {.name = "json", .takes = Option::Takes::Nothing},
                                              {.name = "report"},
                                              {.name = "write", .takes = Option::Takes::Nothing},
                                              {.name = "patient"}},
                                             {}},
                                            words);
    Wanted wanted{arguments.has("json"), arguments.find("patient").value_or("")};
    if (arguments.has("write") != !wanted.writeAbout.empty() ||
        (arguments.has("write") && !fhir::isId(wanted.writeAbout)))
        throw Error(ErrorKind::InvalidInput,
                    "--write needs --patient ID, the id of a test patient, and only it does");
    const auto settings = loadSettings(arguments.at("config"));
    const Connections connections(settings.connections);
    std::vector<CheckedConnection> all;
    int worst = 0;
    const auto checkOne = [&](const Connection& connection) {
        Checker checker(connection, settings, wanted);
        all.push_back(checker.run());
        worst = std::max(worst, checker.exitCode());
    };
    if (const auto only = arguments.find("connection"))
        checkOne(connections.at(*only));
    else
        for (const auto& [id, connection] : connections) checkOne(connection);
    if (const auto path = arguments.find("report"))
        writeReport(*path, htmlPage(all, std::chrono::system_clock::now()));
    return worst;
}

}  // namespace plugin::cli
