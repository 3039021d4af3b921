#include <filesystem>
#include <memory>
#include <utility>

#include "fhir/base/file.h"
#include "plugin/keys/key_folder.h"

#include "tests/cli/command_line.h"

namespace tokens_test {

using adapters::simulator::AuthorizationOptions;
using test::at;
using test::has;

namespace {

/// A site that shows itself to an EHR by a key of its key folder; the EHR knows that key.
struct World {
    explicit World(const std::string& scope = "system/*.cruds") {
        const auto key = plugin::KeyFolder(folder.file("keys"))
                             .make(fhir::smart::Algorithm::ES384, std::chrono::system_clock::now());
        AuthorizationOptions options;
        options.required = true;
        options.clients.push_back({"us",
                                   {},
                                   {},
                                   fhir::smart::JwkSet({{*key.key, key.kid, {}}}),
                                   fhir::smart::Scopes::parse(scope)});
        ehr = std::make_unique<test::Ehr>(3, options);
        auto text = test::siteText(ehr->base(), {}, 10);
        const std::string none = R"({"method": "none"})";
        text.replace(text.find(none), none.size(),
                     R"({"method": "private-key-jwt", "clientId": "us"})");
        file = folder.write("site.json", text);
    }

    test::Outcome run(std::vector<std::string> words) const {
        words.insert(words.end(), {"--config", file});
        return test::run(words);
    }
    /// "result detail" of one step of `check --json`.
    std::string step(const test::Outcome& outcome, const std::string& name) const {
        for (const auto& line : outcome.lines())
            if (at(line, "/step") == name) return at(line, "/result") + " " + at(line, "/detail");
        return "";
    }

    test::TemporaryFolder folder;
    std::unique_ptr<test::Ehr> ehr;
    std::string file;
};

}  // namespace

TEST_CASE("tokens: check gets one and says what it may (SMART 225, 229)", "[cli]") {
    const World world;
    const auto outcome = world.run({"check", "--json"});

    INFO(outcome.out << outcome.err);
    CHECK(outcome.exit == 0);
    CHECK(has(world.step(outcome, "smart-configuration"), "pass tokens are at http://127.0.0.1"));
    CHECK(world.step(outcome, "token") == "pass the server gave a token for 300 seconds");
    CHECK(world.step(outcome, "scopes") == "pass 5 granted, none missing");
    CHECK(has(outcome.out, R"("granted":["system/Patient.rs","system/Encounter.rs")"));
    CHECK_FALSE(has(world.run({"check"}).out, "system/Patient.rs"));
    CHECK(has(world.step(outcome, "read"), "pass"));
    CHECK(world.ehr->count("POST /auth/token") == 2);  // one for each run
}

TEST_CASE("tokens: metadata is read without a token, and with one where the server insists",
          "[cli]") {
    const World world;

    REQUIRE(world.run({"check", "--json"}).exit == 0);
    CHECK(world.ehr->headerOf("GET /fhir/metadata", "Authorization").empty());

    const auto status = GENERATE(401, 403, 404);
    bool isFirst = true;
    world.ehr->fail([&](test::Connection& connection, const std::string& line) {
        if (!line.starts_with("GET /fhir/metadata") || !std::exchange(isFirst, false)) return false;
        return connection.send(test::answer(status, "", "Connection: close\r\n"));
    });
    const auto outcome = world.run({"check", "--json"});
    CHECK(has(world.step(outcome, "metadata"), "pass"));
    CHECK(world.ehr->headerOf("GET /fhir/metadata", "Authorization").starts_with("Bearer "));
}

TEST_CASE("tokens: what keeps a token away is told once, with what to do about it", "[cli]") {
    const auto [code, advice] = GENERATE(table<std::string, std::string>({
        {"invalid_scope", "These scopes were asked for: system/Patient.rs system/Encounter.rs"},
        {"invalid_client", "The EHR does not know this client by its key"},
        {"unauthorized_client", "Some servers say the same of a wrong key or secret"},
    }));
    const World world;
    const auto insists = GENERATE(false, true);
    world.ehr->fail([code = code, insists](test::Connection& connection, const std::string& line) {
        if (insists && line.starts_with("GET /fhir/metadata"))
            return connection.send(test::answer(401, "", "Connection: close\r\n"));
        if (!line.starts_with("POST /auth/token")) return false;
        return connection.send(
            test::answer(400, R"({"error":")" + code + R"("})",
                         "Content-Type: application/json\r\nConnection: close\r\n"));
    });

    const auto outcome = world.run({"check", "--json"});

    INFO(outcome.out);
    std::size_t told = 0;
    for (const auto& line : outcome.lines())
        if (has(line, code)) ++told;
    CHECK(told == 1);
    CHECK(has(outcome.out, advice));
    CHECK(has(world.step(outcome, "token"), "fail ask for a token: " + code));
    for (const auto* step : {"scopes", "worklist", "read", "write-route", "flag-route"})
        CHECK(world.step(outcome, step) == "skip needs token, which failed");
    CHECK(outcome.exit == 1);
}

TEST_CASE("tokens: what is granted is compared with what is needed, and not with what was asked",
          "[cli]") {
    const World world;
    auto text = fhir::readTextFile(world.file, 64 * 1024);
    const std::string client = R"("clientId": "us")";
    text.replace(text.find(client), client.size(), client + R"(, "scopes": "system/Patient.rs")");
    const auto file = world.folder.write("less.json", text);

    const auto outcome = test::run({"check", "--json", "--config", file});

    INFO(outcome.out);
    CHECK(has(world.step(outcome, "scopes"), "fail 1 granted, not granted: system/Encounter.rs"));
    CHECK(has(world.step(outcome, "scopes"), "see that auth.scopes asks for it"));
    CHECK(world.step(outcome, "worklist") == "skip needs scopes, which failed");
}

TEST_CASE("tokens: a whole ward is read with one token", "[cli]") {
    const World world;
    const auto outcome =
        world.run({"pull", "--connection", "general", "--unit", "ward-7", "--json"});

    CHECK(outcome.exit == 0);
    CHECK(outcome.lines().size() == 3);
    CHECK(world.ehr->count("POST /auth/token") == 1);
    CHECK(world.ehr->count("GET /fhir/.well-known/smart-configuration") == 1);
}

TEST_CASE("tokens: a scope that is not granted is named, and fails where nothing could be read",
          "[cli]") {
    const auto [granted, result, missing, exit] =
        GENERATE(table<std::string, std::string, std::string, int>({
            {"system/*.rs system/Observation.c", "warn", "system/Flag.c", 0},
            {"system/Patient.rs system/Observation.rs", "fail", "system/Encounter.rs", 1},
        }));
    const World world(granted);
    const auto outcome = world.run({"check", "--json"});

    INFO(outcome.out);
    CHECK(outcome.exit == exit);
    CHECK(world.step(outcome, "scopes").starts_with(result + " "));
    CHECK(has(world.step(outcome, "scopes"), " granted, not granted: "));
    CHECK(has(world.step(outcome, "scopes"), missing));
}

TEST_CASE("tokens: a key that the EHR does not know is refused, and told so without a word of it",
          "[cli]") {
    const World world;
    std::filesystem::remove_all(world.folder.file("keys"));
    plugin::KeyFolder(world.folder.file("keys"))
        .make(fhir::smart::Algorithm::ES384, std::chrono::system_clock::now());

    const auto outcome = world.run({"check", "--json"});

    CHECK(outcome.exit == 1);
    CHECK(has(world.step(outcome, "token"), "fail ask for a token: invalid_client"));
    CHECK_FALSE(has(outcome.out + outcome.err, "eyJ"));
    CHECK(world.ehr->count("POST /auth/token") == 1);  // not over and over
}

TEST_CASE("tokens: words wait for a token that is refused; they do not go another way", "[cli]") {
    const World world("system/Patient.rs");  // so that no scope to write is granted
    std::filesystem::remove_all(world.folder.file("keys"));
    plugin::KeyFolder(world.folder.file("keys"))
        .make(fhir::smart::Algorithm::ES384, std::chrono::system_clock::now());

    const auto outcome = world.run({"push", "statement", "--connection", "general", "--patient",
                                    "patient-1", "--text", "My garden", "--wait", "--json"});

    INFO(outcome.out << outcome.err);
    CHECK(outcome.exit == 1);
    CHECK(at(outcome.out, "/state") != "delivered");
    CHECK(at(outcome.out, "/route").empty());
    CHECK(world.ehr->count("POST /fhir/") == 0);
}

TEST_CASE("tokens: config show names the client and the scopes, and no secret", "[cli]") {
    const World world;
    const auto outcome = test::run({"config", "show", world.file});

    CHECK(at(outcome.out, "/connections/0/auth/clientId") == "us");
    CHECK(has(at(outcome.out, "/connections/0/auth/scopes"), "system/Flag.crs"));
    CHECK_FALSE(has(outcome.out, "PRIVATE"));
}

}  // namespace tokens_test
