#include "tests/matrix/rehearsal.h"

#include <algorithm>
#include <set>
#include <sstream>

#include "adapters/profile/profile.h"
#include "adapters/simulator/behaviour.h"
#include "fhir/base/json.h"
#include "fhir/base/random.h"
#include "fhir/smart/jwk_set.h"
#include "fhir/smart/key.h"

namespace test {
namespace {

using fhir::smart::Algorithm;

constexpr int kPatients = 24;
constexpr const char* kClient = "whatmatters-backend";
constexpr const char* kSecret = "made-up-secret";

std::string inQuotes(const std::string& text) {
    return "\"" + text + "\"";
}

/// The last line of what a program told machines, and the first of what it told people; log lines
/// are neither.
std::string words(const Outcome& outcome) {
    std::string result = outcome.lines().empty() ? "" : outcome.lines().back() + " ";
    std::istringstream told(outcome.err);
    for (std::string line; std::getline(told, line);)
        if (!line.starts_with('{')) return result + line;
    return result;
}

std::pair<std::string, std::string> parts(const std::string& token) {
    const auto bar = std::min(token.find('|'), token.size());
    return {token.substr(0, bar), token.substr(std::min(bar + 1, token.size()))};
}

/// The profile by which a made-up EHR is talked to.
std::string profileOf(const std::string& vendor) {
    return vendor == "meditech-stu6" ? "meditech" : vendor;
}

/// How the site shows itself: the way that the vendor's profile names first.
std::string authMethod(const std::string& vendor) {
    return adapters::vendorProfile(profileOf(vendor)).auth.methods.front();
}

/// One RSA key for all, because making one takes long.
const fhir::smart::Key& key() {
    static const auto made = fhir::smart::Key::generate(Algorithm::RS384);
    return made;
}

plugin::cli::SimulatedEhrOptions options(const std::string& vendor) {
    plugin::cli::SimulatedEhrOptions options;
    options.patients = kPatients;
    options.vendor = vendor;
    options.hurry = true;
    options.authorization.required = authMethod(vendor) != "basic";
    options.authorization.clients.push_back(
        {kClient,
         fhir::Secret(kSecret),
         {},
         fhir::smart::JwkSet({{key(), key().thumbprint(), std::nullopt}}),
         fhir::smart::Scopes::parse("system/*.cruds")});
    return options;
}

}  // namespace

const std::vector<std::string>& worklistSources() {
    static const std::vector<std::string> kSources{
        "encounter-search", "patient-list", "appointments", "group", "group-export", "patients"};
    return kSources;
}

const std::vector<std::string>& writeRoutes() {
    static const std::vector<std::string> kRoutes{
        "observation",        "flowsheet-observation", "questionnaire-response",
        "document-reference", "communication",         "task",
        "companion"};
    return kRoutes;
}

Rehearsal::Rehearsal(std::string vendor)
    : vendor_(std::move(vendor)),
      ehr_(std::make_unique<plugin::cli::SimulatedEhr>(options(vendor_))),
      ward_(ehr_->ward()) {
    const auto secret = inQuotes("file:" + secrets_.write("secret", kSecret));
    const auto method = authMethod(vendor_);
    auth_ = R"({"method": )" + inQuotes(method);
    if (method == "basic")
        auth_ += R"(, "username": "whatmatters", "password": )" + secret + "}";
    else if (method != "private-key-jwt")
        auth_ += R"(, "clientId": )" + inQuotes(kClient) + R"(, "clientSecret": )" + secret + "}";
    else
        auth_ += R"(, "clientId": )" + inQuotes(kClient) + R"(, "algorithm": )" +
                 inQuotes(vendor_ == "nhs" ? "RS512" : "RS384") + R"(, "key": )" +
                 inQuotes("file:" + secrets_.write("key.pem", key().privatePem().reveal())) + "}";
}

std::string Rehearsal::unitOf(const std::string& source) const {
    std::string patients;
    for (const auto& patient : ward_.patients)
        patients += (patients.empty() ? "" : ", ") + inQuotes(patient);
    std::string where;
    if (source == "encounter-search" || source == "appointments")
        where = R"(, "location": )" + inQuotes(ward_.location);
    if (source == "patient-list") where = R"(, "identifier": )" + inQuotes(ward_.list);
    if (source == "group" || source == "group-export")
        where = R"(, "group": )" + inQuotes(ward_.group);
    if (source == "patients") where = R"(, "patients": [)" + patients + "]";
    return R"({"id": "ward-7", "name": "Ward 7", "worklist": {"source": )" + inQuotes(source) +
           where + "}}";
}

std::string Rehearsal::site(const std::string& base, const std::string& source,
                            const std::string& more) const {
    const auto [rowSystem, rowCode] = parts(ward_.row);
    const auto unit = source.empty() ? std::string() : unitOf(source);
    std::string overrides =
        R"("timeoutSeconds": 5, "questionnaire": {"url":
        "https://hospital.example/fhir/Questionnaire/what-matters", "linkId": "what-matters"},
        "document": {"author": )" +
        inQuotes(ward_.practitioner) + R"(},
        "communication": {"sender": )" +
        inQuotes(ward_.practitioner) + R"(, "statementRecipients": [)" + inQuotes(ward_.group) +
        R"(], "flagRecipients": [)" + inQuotes(ward_.group) + R"(]},
        "task": {"statementOwner": )" +
        inQuotes(ward_.practitioner) + R"(, "flagOwner": )" + inQuotes(ward_.teamSubject) + "}";
    if (!ward_.row.empty())
        overrides += R"(, "flowsheet": {"system": )" + inQuotes(rowSystem) + R"(, "code": )" +
                     inQuotes(rowCode) + R"(, "display": "What matters"})";
    if (!ward_.alwaysName.empty())
        overrides += R"(, "queryParameters": {)" + inQuotes(ward_.alwaysName) + ": " +
                     inQuotes(ward_.alwaysValue) + "}";
    return R"({"development": true,
  "service": {"publicUrl": "http://127.0.0.1:8080", "listen": "127.0.0.1:0"},
  "store": {"engine": "sqlite", "path": "test.db"},
  "connections": [{"id": "ehr", "vendor": )" +
           inQuotes(profileOf(vendor_)) + R"(, "fhirBase": )" + inQuotes(base) + R"(, "auth": )" +
           auth_ + R"(, "syncSeconds": 900, "units": [)" + unit + R"(], "overrides": {)" +
           overrides + "}" + more + R"(}],
  "teams": [{"id": "ward-7", "name": "Ward 7 team", "connection": "ehr", "subject": )" +
           inQuotes(ward_.teamSubject) + "}]}";
}

Outcome Rehearsal::run(const std::string& base, const std::string& source,
                       std::vector<std::string> words, const std::string& more) const {
    const TemporaryFolder folder;
    words.insert(words.end(), {"--config", folder.write("site.json", site(base, source, more))});
    return test::run(words);
}

Result Rehearsal::check() const {
    const auto outcome = run(ehr_->base(), bestSource(), {"check", "--json"});
    const auto lines = outcome.lines();
    const bool isReady = !lines.empty() && has(lines.back(), R"("ready":true)");
    std::string failed;
    for (const auto& line : lines)
        if (has(line, R"("result":"fail")")) failed += line + " ";
    return {isReady, failed.empty() ? words(outcome) : failed};
}

Result Rehearsal::checkWrite() const {
    const auto before = ehr_->writes();
    const auto outcome = run(ehr_->base(), bestSource(),
                             {"check", "--json", "--write", "--patient",
                              ward_.patients.front().substr(ward_.patients.front().find('/') + 1)});
    for (const auto& line : outcome.lines()) {
        if (!has(line, R"("step":"write-route")")) continue;
        const bool isWritten = has(line, "a test statement was written by");
        // Taken away again, or said to be still there: what it says is what the EHR's record has.
        const bool isDeleted = has(line, "and deleted again");
        const bool isMarked = has(line, "and marked as entered in error");
        const bool isLeft = has(line, "and is there still");
        const bool isTrue =
            isDeleted == (ehr_->removals() > 0) && isDeleted + isMarked + isLeft == 1;
        return {isWritten && isTrue && ehr_->writes() == before + 1, at(line, "/detail")};
    }
    return {false, words(outcome)};
}

Result Rehearsal::listed(const Outcome& outcome) const {
    std::set<std::string> there;
    for (const auto& line : outcome.lines())
        if (line.starts_with("{")) {
            there.insert(at(line, "/patient"));
            encounters_[at(line, "/patient")] = at(line, "/encounter");
        }
    const std::set<std::string> wanted(ward_.patients.begin(), ward_.patients.end());
    const bool isWhole = there == wanted && outcome.exit == 0;
    return {isWhole, std::to_string(there.size()) + " of " + std::to_string(wanted.size()) +
                         " patients; exit " + std::to_string(outcome.exit) + "; " +
                         words(isWhole ? Outcome{} : outcome)};
}

Result Rehearsal::list(const std::string& source) const {
    return listed(
        run(ehr_->base(), source, {"pull", "--connection", "ehr", "--unit", "ward-7", "--json"}));
}

Result Rehearsal::launchOnly() const {
    const auto pulled = run(ehr_->base(), "launch-only",
                            {"pull", "--connection", "ehr", "--unit", "ward-7", "--json"});
    const auto checked = run(ehr_->base(), "launch-only", {"check", "--json"});
    for (const auto& line : checked.lines()) {
        if (!has(line, R"("step":"worklist")")) continue;
        const bool isTold = has(line, "charts are known when they are opened");
        return {pulled.exit == 0 && pulled.out.empty() && isTold, at(line, "/detail")};
    }
    return {false, words(checked)};
}

const std::string& Rehearsal::bestSource() const {
    if (!isBestKnown_)
        for (const auto& source : worklistSources())
            if (best_.empty() && source != "group-export" && list(source).works) best_ = source;
    isBestKnown_ = true;
    return best_;
}

/// `push statement`, with the patient's stay where a list has shown it, as a page would know it.
std::vector<std::string> Rehearsal::push(const std::string& patient,
                                         const std::string& text) const {
    bestSource();
    std::vector<std::string> words{"push",  "statement", "--connection", "ehr",    "--patient",
                                   patient, "--text",    text,           "--wait", "--json"};
    if (const auto stay = encounters_.find(patient); stay != encounters_.end())
        words.insert(words.end(), {"--encounter", stay->second});
    return words;
}

Result Rehearsal::write(const std::string& route) {
    const auto before = ehr_->writes();
    auto command = push(ward_.patients.front(), "To see the sea again.");
    const auto outcome = run(ehr_->base(), "", std::move(command),
                             R"(, "write": {"routes": [)" + inQuotes(route) + "]}");
    const auto lines = outcome.lines();
    if (outcome.exit != 0 || lines.empty()) return {false, words(outcome)};
    const auto& receipt = lines.back();
    if (at(receipt, "/state") != "delivered" || at(receipt, "/route") != route)
        return {false, receipt};
    const auto made = ehr_->writes() - before;
    const std::size_t wanted = route == "companion" ? 0 : 1;
    return {made == wanted, "the EHR took " + std::to_string(made)};
}

Result Rehearsal::flag() {
    const auto before = ehr_->writes();
    const auto outcome = run(ehr_->base(), "",
                             {"push", "flag", "--connection", "ehr", "--team", "ward-7", "--reason",
                              "strain", "--wait", "--json"});
    const auto lines = outcome.lines();
    if (outcome.exit != 0 || lines.empty()) return {false, words(outcome)};
    const auto route = at(lines.back(), "/route");
    const auto made = ehr_->writes() - before;
    const bool isWhereItSays = made == (route == "companion" ? 0U : 1U);
    return {at(lines.back(), "/state") == "delivered" && isWhereItSays, route};
}

Result Rehearsal::readBack() {
    const auto text = "To see the sea again, said " + fhir::randomToken(6);
    const auto source = bestSource();
    if (source.empty()) return {false, "no source lists the unit"};
    // One store for both: what the EHR could not take comes back from there.
    const TemporaryFolder folder;
    const auto file = folder.write("site.json", site(ehr_->base(), source, ""));
    auto command = push(ward_.patients.back(), text);
    command.insert(command.end(), {"--config", file});
    const auto pushed = test::run(command);
    if (pushed.exit != 0) return {false, words(pushed)};
    const auto pulled =
        test::run({"pull", "--connection", "ehr", "--unit", "ward-7", "--json", "--config", file});
    for (const auto& line : pulled.lines())
        if (has(line, inQuotes(ward_.patients.back())) && has(line, text))
            return {true, at(pushed.lines().back(), "/route")};
    return {false, "delivered by " + at(pushed.lines().back(), "/route") + ", and not shown"};
}

Result Rehearsal::withdraw() {
    const auto source = bestSource();
    if (source.empty()) return {false, "no source lists the unit"};
    const TemporaryFolder folder;
    const auto file = folder.write("site.json", site(ehr_->base(), source, ""));
    const auto& patient = ward_.patients.at(1);
    const auto text = "Written down by mistake " + fhir::randomToken(6);
    auto command = push(patient, text);
    command.insert(command.end(), {"--config", file});
    const auto pushed = test::run(command);
    if (pushed.exit != 0) return {false, words(pushed)};
    const auto withdrawn =
        test::run({"push", "withdrawal", "--connection", "ehr", "--patient", patient, "--statement",
                   at(pushed.lines().back(), "/id"), "--wait", "--json", "--config", file});
    if (withdrawn.exit != 0) return {false, words(withdrawn)};
    const auto pulled =
        test::run({"pull", "--connection", "ehr", "--unit", "ward-7", "--json", "--config", file});
    if (pulled.exit != 0 || has(pulled.out, text)) return {false, "it is shown: " + words(pulled)};
    const auto receipt = withdrawn.lines().back();
    const auto route = at(receipt, "/route");
    // A correction that we alone hold is what an EHR leaves that cannot be told.
    const bool isInEhr = route != "companion" || at(pushed.lines().back(), "/route") == route;
    return {isInEhr, at(receipt, "/where")};
}

Result Rehearsal::paging() const {
    const auto source = bestSource();
    if (source.empty()) return {false, "no source lists the unit"};
    auto text = site(ehr_->base(), source, "");
    const std::string overrides = "\"overrides\": {";
    text.replace(text.find(overrides), overrides.size(), overrides + "\"pageSize\": 5, ");
    const TemporaryFolder folder;
    return listed(test::run({"pull", "--connection", "ehr", "--unit", "ward-7", "--json",
                             "--config", folder.write("site.json", text)}));
}

Result Rehearsal::listFrom(const plugin::cli::SimulatedEhr& ehr) const {
    const auto source = bestSource();
    if (source.empty()) return {false, "no source lists the unit"};
    return listed(
        run(ehr.base(), source, {"pull", "--connection", "ehr", "--unit", "ward-7", "--json"}));
}

Result Rehearsal::listDespiteThrottling() const {
    auto given = options(vendor_);
    const int limit = adapters::simulator::behaviour(vendor_).rate.requests;
    given.hurry = limit == 0;
    if (limit == 0) given.faults = {adapters::simulator::Fault::parse("status-429:0.1")};
    const plugin::cli::SimulatedEhr busy(given);
    // A vendor that counts by the minute of the clock: somebody else has used this one up.
    const auto transport = fhir::http::makeTransport();
    const auto metadata = fhir::Url::parse(busy.base() + "/metadata");
    for (int i = 0; i < limit; ++i)
        transport->send({"GET", metadata, {{"Accept", "application/fhir+json"}}, {}},
                        fhir::deadlineIn(std::chrono::seconds(5)));
    return listFrom(busy);
}

Result Rehearsal::listDespiteExpiry() const {
    auto given = options(vendor_);
    given.authorization.firstTokenRequests = 1;
    const plugin::cli::SimulatedEhr strict(given);
    auto result = listFrom(strict);
    result.why += "; tokens given out: " + std::to_string(strict.tokensIssued());
    result.works = result.works && strict.tokensIssued() > 1;
    return result;
}

}  // namespace test
