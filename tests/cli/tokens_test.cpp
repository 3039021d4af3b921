#include <filesystem>
#include <memory>

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
    CHECK(has(world.step(outcome, "scopes"), "pass granted: system/Patient.rs"));
    CHECK(has(world.step(outcome, "read"), "pass"));
    CHECK(world.ehr->count("POST /auth/token") == 1);
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
    CHECK(world.step(outcome, "scopes").starts_with(result + " not granted: "));
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
