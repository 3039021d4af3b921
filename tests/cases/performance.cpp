#include "tests/cases/performance.h"

#include <stdlib.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "tests/cases/changed_ehr.h"
#include "tests/cli/command_line.h"
#include "tests/service/launch_fixture.h"
#include "tests/support/merge_patch.h"

namespace test {
namespace {

using fhir::json::Document;
using fhir::json::Value;
using fhir::json::Writer;

constexpr int kPatients = 2;
constexpr int kEhrSecondsMax = 20;  // of an EHR that answers: for a busy machine

/// The site of a case: `site` is a merge patch of its connection.
std::string siteOf(const std::string& text, const std::optional<Value>& patch) {
    if (!patch) return text;
    const auto document = Document::parse(text);
    Writer writer;
    writer.beginObject();
    for (const auto [name, value] : document.root().object()) {
        writer.key(name);
        if (name != "connections") {
            writer.value(value);
            continue;
        }
        writer.beginArray();
        for (const auto connection : value.array()) writePatched(writer, connection, *patch);
        writer.endArray();
    }
    return writer.endObject().take();
}

/// A case with the address of its EHR in it, and that EHR.
struct Stage {
    Stage(Ehr& ehr, const Fixture& fixture)
        : document(fixture.at(ehr.base())), changes(ehr, root().find("ehr")) {
        ehr.change(
            [this](const std::string& line, auto& response) { changes.change(line, response); });
    }
    Value root() const { return document.root(); }
    std::optional<Value> call(const char* name) const {
        const auto all = root().find("call");
        return all ? all->find(name) : std::nullopt;
    }

    Document document;
    ChangedEhr changes;
};

/// Sets a stage before the service starts.
auto setting(std::unique_ptr<Stage>& stage, const Fixture& fixture) {
    return [&stage, &fixture](Ehr& ehr, std::string& site) {
        stage = std::make_unique<Stage>(ehr, fixture);
        site = siteOf(site, stage->root().find("site"));
    };
}

Performance runVerb(const Fixture& fixture, const std::string& verb) {
    std::unique_ptr<Stage> held;  // first, so that the EHR ends before what its answers need
    Ehr ehr(kPatients);
    held = std::make_unique<Stage>(ehr, fixture);
    const auto& stage = *held;
    const TemporaryFolder folder;
    std::vector<std::string> words{verb};
    if (verb == "pull") words = {"pull", "--connection", "general", "--unit", "ward-7", "--json"};
    if (verb == "push")
        words = {"push",      "statement", "--connection", "general",
                 "--patient", "patient-1", "--text",       stage.call("text")->string(),
                 "--wait",    "--json"};
    if (verb == "check") words = {"check", "--json"};
    const auto site = siteOf(siteText(ehr.base(), "", kEhrSecondsMax), stage.root().find("site"));
    words.insert(words.end(), {"--config", folder.write("site.json", site)});
    const auto outcome = run(words);
    return {.exit = outcome.exit,
            .out = outcome.out,
            .told = outcome.err,
            .pages = {},
            .requests = ehr.lines(),
            .secrets = patientDataOf(ehr, stage.root()),
            .unmet = stage.changes.unmet()};
}

/// A call of a hook about the first patient, with the changes of the case.
std::string hookCall(const Stage& stage, const std::string& service) {
    const auto hook = service == "what-matters" ? "patient-view" : "encounter-start";
    const auto body = R"({"hook":")" + std::string(hook) +
                      R"(","hookInstance":"8b1f7f0a-1c5e-4b7d-9b3f-52d1a3c0e611",)"
                      R"("context":{"userId":"Practitioner/practitioner-1",)"
                      R"("patientId":"patient-1","encounterId":"stay-1"}})";
    const auto changes = stage.call("body");
    return changes ? stage.changes.rewritten(patched(body, *changes)) : body;
}

constexpr const char* kNotificationSecret = "made up for the cases of notifications";

Performance callService(const Fixture& fixture, const std::string& verb) {
    std::unique_ptr<Stage> stage;
    ::setenv("WHATMATTERS_TEST_HOOK", kNotificationSecret, 1);
    ServiceFixture service({.patients = kPatients,
                            .connection = R"(, "syncSeconds": 86400,
                                "subscriptions": {"secret": "env:WHATMATTERS_TEST_HOOK"})",
                            .ehrSecondsMax = kEhrSecondsMax,
                            .prepare = setting(stage, fixture)});
    const auto given = stage->call("service");
    const auto hook = given ? given->string() : std::string("what-matters");
    const auto body = stage->call("body");
    // A call that brings nothing is answered from what is known of the ward if the EHR is slow.
    if (verb != "notify" && !(body && body->find("prefetch"))) service.readWard();
    Response response;
    if (verb == "card") {
        response = service.post("/cds-services/" + hook, hookCall(*stage, hook));
    } else if (verb == "feedback") {
        const auto shown = service.post("/cds-services/" + hook, hookCall(*stage, hook));
        Writer report;
        report.beginObject().member("card", test::at(shown.body, "/cards/0/uuid")).endObject();
        response = service.post(
            "/cds-services/" + hook + "/feedback",
            R"({"feedback":[)" + patched(report.take(), *stage->call("report")) + "]}");
    } else {
        response = service.post("/subscriptions/general", body->toJson(),
                                {{"Authorization", std::string("Bearer ") + kNotificationSecret}});
    }
    Performance performance{.status = response.status,
                            .out = response.body,
                            .told = service.log(),
                            .pages = {{"/metrics", service.operations("/metrics").body}},
                            .requests = service.ehr.lines(),
                            .secrets = patientDataOf(service.ehr, stage->root())};
    performance.secrets.emplace_back(kNotificationSecret);
    return performance;
}

/// Members of a JSON object as a launch says them; a null leaves one out.
Json membersOf(const std::optional<Value>& json) {
    Json members;
    if (!json) return members;
    for (const auto [name, value] : json->object())
        members[std::string(name)] = value.isNull() ? "" : value.toJson();
    return members;
}

Performance launch(const Fixture& fixture) {
    std::unique_ptr<Stage> stage;
    LaunchFixture entry(kPatients, "", setting(stage, fixture));
    {
        const auto says = entry.says();
        says->token = membersOf(stage->call("token"));
        says->claims = membersOf(stage->call("claims"));
        says->configuration = membersOf(stage->call("configuration"));
    }
    const auto iss = stage->call("iss");
    auto response = entry.open(iss ? iss->string() : "");
    if (response.status == 303) response = entry.callback(entry.begun(response));
    Performance performance{.status = response.status, .out = response.body};
    if (const auto opens = stage->root().at("expect").find("opens");
        opens && response.status == 303) {
        const auto page = pageOf(response);
        for (const auto [target, expected] : opens->object())
            performance.pages[std::string(target)] =
                entry.running.get(page, std::string(target)).body;
    }
    performance.told = entry.running.log();
    performance.requests = entry.running.ehr.lines();
    performance.secrets = patientDataOf(entry.running.ehr, stage->root());
    performance.secrets.insert(
        performance.secrets.end(),
        {"access-token-of-the-test", "code-of-the-test", "handle-of-the-ehr", "patient-1"});
    if (!entry.nonce.empty()) performance.secrets.push_back(entry.nonce);
    return performance;
}

}  // namespace

std::vector<std::string> Performance::lines() const {
    return Outcome{exit, out, told}.lines();
}

std::size_t Performance::count(const std::string& start) const {
    return static_cast<std::size_t>(
        std::count_if(requests.begin(), requests.end(),
                      [&](const auto& line) { return line.starts_with(start); }));
}

Performance perform(const Fixture& fixture) {
    const auto verb = fhir::json::Document::parse(fixture.text).root().at("verb").string();
    if (verb == "launch") return launch(fixture);
    const bool isOfProgram = verb == "pull" || verb == "push" || verb == "check";
    return isOfProgram ? runVerb(fixture, verb) : callService(fixture, verb);
}

}  // namespace test
