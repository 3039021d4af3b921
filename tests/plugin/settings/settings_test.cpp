#include "plugin/settings/settings.h"

#include <stdlib.h>

#include <map>

#include "fhir/base/file.h"
#include "fhir/smart/jwk_set.h"
#include "tests/support/json_at.h"
#include "tests/support/site_text.h"
#include "tests/support/source_tree.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/thrown.h"

namespace settings_test {

using plugin::readSettings;
using plugin::Settings;

namespace {

const std::string kLoopback = "http://127.0.0.1:1/fhir";

/// The made-up site with one part of its text replaced.
std::string with(const std::string& from, const std::string& to) {
    auto text = test::siteText(kLoopback);
    const auto place = text.find(from);
    REQUIRE(place != std::string::npos);
    return text.replace(place, from.size(), to);
}

/// "pointer: text" of every fault, a line each.
std::string faults(const std::string& text, const std::string& folder = "/nowhere") {
    std::string all;
    for (const auto& fault : readSettings(text, folder).faults)
        all += fault.path + ": " + fault.text + "\n";
    return all;
}

/// Every "default" below a schema, by the JSON pointer of what it is the default of; members of
/// a definition begin with its name.
void collectDefaults(const fhir::json::Value& schema, const std::string& path,
                     std::map<std::string, std::string>& defaults) {
    if (const auto found = schema.find("default"))
        defaults[path] = found->isString() ? found->string() : found->toJson();
    if (const auto properties = schema.find("properties"))
        for (const auto [name, inner] : properties->object())
            collectDefaults(inner, path + "/" + std::string(name), defaults);
    if (const auto definitions = schema.find("$defs"))
        for (const auto [name, inner] : definitions->object())
            collectDefaults(inner, std::string(name), defaults);
}

}  // namespace

TEST_CASE("settings: the schema's defaults are the program's", "[settings]") {
    const auto document = fhir::json::Document::parse(
        fhir::readTextFile(test::sourceRoot().string() + "/config/schema.json", 1024 * 1024));
    std::map<std::string, std::string> schema;
    collectDefaults(document.root(), "", schema);
    const Settings settings;
    const plugin::ConnectionSettings connection;
    const auto days = [](int value) { return std::to_string(value); };

    const std::map<std::string, std::string> program{
        {"/development", settings.development ? "true" : "false"},
        {"/service/listen", settings.http.listen.text()},
        {"/operations/listen", settings.http.operations.text()},
        {"/service/requests/headSeconds", std::to_string(settings.http.headPatience.count())},
        {"/service/requests/bodySeconds", std::to_string(settings.http.bodyPatience.count())},
        {"/service/requests/connectionsMax", std::to_string(settings.http.connectionsMax)},
        {"/service/requests/connectionsPerAddressMax",
         std::to_string(settings.http.connectionsPerAddressMax)},
        {"/service/session/idleMinutes", std::to_string(settings.sessions.idle.count())},
        {"/service/session/absoluteHours", std::to_string(settings.sessions.absolute.count())},
        {"/service/live/streamsMax", std::to_string(settings.live.streamsMax)},
        {"/service/live/streamsPerSession", std::to_string(settings.live.streamsPerSession)},
        {"/signingKeys/folder", settings.keysFolder},
        {"/freshness/nowDaysInHospital", days(settings.freshness.nowDaysInHospital)},
        {"/freshness/nowDaysOutside", days(settings.freshness.nowDaysOutside)},
        {"/freshness/aboutMeDays", days(settings.freshness.aboutMeDays)},
        {"/store/retention/deliveredDays",
         std::to_string(settings.store.retention.delivered.count())},
        {"/store/retention/discardedDays",
         std::to_string(settings.store.retention.discarded.count())},
        {"/store/retention/auditDays", std::to_string(settings.store.retention.audit.count())},
        {"/store/postgresql/port", std::to_string(settings.store.postgresql.port)},
        {"/store/postgresql/tls", settings.store.postgresql.tls},
        {"connection/connectionsMax", std::to_string(connection.connectionsMax)},
        {"connection/syncSeconds", std::to_string(connection.syncInterval.count())},
        {"connection/fullSyncSeconds", std::to_string(connection.fullSyncInterval.count())},
        {"connection/unitsAtOnce", std::to_string(connection.unitsAtOnce)},
        {"connection/cds/trustNetwork", connection.cds.trustsNetwork ? "true" : "false"},
        {"connection/cds/language", connection.cds.language},
        {"connection/launch/wardAsUser", plugin::LaunchSettings().wardAsUser ? "true" : "false"},
        {"connection/cds/tokenUse", connection.cds.reusesTokens ? "until-expiry" : "once"},
    };

    CHECK(schema == program);
}

TEST_CASE("settings: every example site passes the check once its secrets are there",
          "[settings]") {
    ::setenv("WHATMATTERS_FHIR_PASSWORD", "made up", 1);
    ::setenv("WHATMATTERS_CLIENT_SECRET", "made up", 1);
    ::setenv("WHATMATTERS_DB_PASSWORD", "made up", 1);
    ::setenv("WHATMATTERS_STORE_KEY", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=", 1);
    const auto key = fhir::smart::Key::generate(fhir::smart::Algorithm::RS384).privatePem();
    ::setenv("WHATMATTERS_KEY", key.reveal().c_str(), 1);
    std::size_t sites = 0;
    for (const auto& file : test::readSourceTree(test::sourceRoot() / "config")) {
        if (!file.path.starts_with("sites/")) continue;
        ++sites;
        INFO(file.path);
        CHECK(faults(file.text) == "");
    }
    for (const char* name : {"WHATMATTERS_FHIR_PASSWORD", "WHATMATTERS_CLIENT_SECRET",
                             "WHATMATTERS_KEY", "WHATMATTERS_DB_PASSWORD", "WHATMATTERS_STORE_KEY"})
        ::unsetenv(name);

    CHECK(sites == adapters::vendorNames().size());  // one for each vendor
}

TEST_CASE("settings: a right file is read as it is written", "[settings]") {
    const auto result = readSettings(test::siteText(kLoopback), "/etc/whatmatters");

    REQUIRE(result.faults.empty());
    const auto& settings = result.settings;
    CHECK(settings.development);
    CHECK(settings.store.path == "/etc/whatmatters/test.db");
    CHECK(settings.http.listen.port == 0);
    const auto* connection = settings.findConnection("general");
    REQUIRE(connection != nullptr);
    CHECK(connection->fhirBase.text() == kLoopback);
    CHECK(connection->profile.timeout == std::chrono::seconds(1));
    CHECK(connection->routes == adapters::vendorProfile("generic").routes);
    REQUIRE(connection->findUnit("ward-7") != nullptr);
    CHECK(connection->findUnit("ward-7")->worklist.location == "Location/ward-7");
    CHECK(connection->findUnit("ward-7")->opens ==
          std::vector<std::string>{"Organization/ward-7-staff", "department=150"});
    CHECK(connection->findUnit("ward-8") == nullptr);
    REQUIRE(settings.findTeam("ward-7") != nullptr);
    CHECK(settings.findTeam("ward-7")->subject == "Organization/ward-7-team");
}

TEST_CASE("settings: the keys of the store are read, and what is no key is named", "[settings]") {
    ::setenv("WHATMATTERS_TEST_KEY", "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=", 1);
    ::setenv("WHATMATTERS_TEST_NO_KEY", "hunter2", 1);
    const auto withKeys = [](const std::string& keys) {
        auto text = test::siteText(kLoopback);
        const std::string path = R"("path": "test.db")";
        return text.replace(text.find(path), path.size(), path + R"(, "keys": [)" + keys + "]");
    };

    const auto right = readSettings(
        withKeys(R"({"id": "2026", "key": "env:WHATMATTERS_TEST_KEY"})"), "/etc/whatmatters");
    const auto wrong = faults(withKeys(R"({"id": "a", "key": "env:WHATMATTERS_TEST_NO_KEY"})"));
    const auto twice = faults(withKeys(R"({"id": "a", "key": "env:WHATMATTERS_TEST_KEY"},)"
                                       R"({"id": "a", "key": "env:WHATMATTERS_TEST_KEY"})"));

    ::unsetenv("WHATMATTERS_TEST_KEY");
    ::unsetenv("WHATMATTERS_TEST_NO_KEY");
    REQUIRE(right.faults.empty());
    REQUIRE(right.settings.store.keys.size() == 1);
    CHECK(right.settings.store.keys.front().id == "2026");
    CHECK(right.settings.store.keys.front().bytes.reveal() == std::string(32, 'k'));
    CHECK(wrong.find("/store/keys/0/key: ") != std::string::npos);
    CHECK(wrong.find("hunter2") == std::string::npos);
    CHECK(twice.find("/store/keys/1/id: another key") != std::string::npos);
}

TEST_CASE("settings: an EHR launches with its own address, and with those that are listed",
          "[settings]") {
    const auto launching =
        readSettings(with("\"overrides\"",
                          R"("launch": {"clientId": "wm", "issuers": ["https://alias.example/R4"],)"
                          R"( "frameAncestors": ["https://EHR.example:443"]}, "overrides")"),
                     "/nowhere");

    REQUIRE(launching.faults.empty());
    const auto& launch = launching.settings.connections.front().launch;
    REQUIRE(launch);
    CHECK(launch->clientId == "wm");
    REQUIRE(launch->issuers.size() == 2);
    CHECK(launch->issuers[0].text() == kLoopback);
    CHECK(launch->issuers[1].text() == "https://alias.example/R4");
    CHECK(launch->frameAncestors == std::vector<std::string>{"https://ehr.example"});
    CHECK_FALSE(launch->wardAsUser);
    CHECK_FALSE(readSettings(test::siteText(kLoopback), "/").settings.connections.front().launch);
}

TEST_CASE("settings: a PostgreSQL store is read, and what it lacks is named", "[settings]") {
    ::setenv("WHATMATTERS_TEST_KEY", "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=", 1);
    const auto withStore = [](const std::string& members) {
        return with(R"("engine": "sqlite", "path": "test.db")",
                    R"("engine": "postgresql")" + members);
    };
    const std::string keys = R"(, "keys": [{"id": "a", "key": "env:WHATMATTERS_TEST_KEY"}])";
    const std::string server =
        R"(, "postgresql": {"host": "db.example", "database": "w", "user": "u")";

    const auto right = readSettings(withStore(keys + server + "}"), "/etc/whatmatters");
    const auto bare = faults(withStore(server + "}"));
    const auto nowhere = faults(withStore(keys));
    const auto open = faults([&] {
        auto text = withStore(keys + server + R"(, "tls": "disable"})");
        const std::string development = R"("development": true)";
        return text.replace(text.find(development), development.size(), R"("development": false)");
    }());

    ::unsetenv("WHATMATTERS_TEST_KEY");
    REQUIRE(right.faults.empty());
    CHECK(right.settings.store.engine == plugin::store::Options::Engine::PostgreSql);
    CHECK(right.settings.store.postgresql.host == "db.example");
    CHECK(right.settings.store.postgresql.tls == "verify-full");
    CHECK(bare.find("/store: postgresql needs \"keys\"") != std::string::npos);
    CHECK(nowhere.find("/store/postgresql: ") != std::string::npos);
    CHECK(open.find("/store/postgresql/tls: disable is for") != std::string::npos);
    CHECK(faults(with(R"(, "path": "test.db")", "")).find("/store/path: ") != std::string::npos);
}

TEST_CASE("settings: what no schema can say is checked too, with its place", "[settings]") {
    const auto [from, to, path, text] =
        GENERATE(table<std::string, std::string, std::string, std::string>({
            {"http://127.0.0.1:8080", "https://", "/service/publicUrl", ""},
            {"127.0.0.1:0", "127.0.0.1:70000", "/service/listen", "at most 65535"},
            {"\"generic\"", "\"nobody\"", "/connections/0/vendor", "generic"},
            {kLoopback, "https://ehr.example/fhir?x=1", "/connections/0/fhirBase", "no query"},
            {kLoopback, "https://user@ehr.example/", "/connections/0/fhirBase", ""},
            {"\"timeoutSeconds\": 1", "\"timeout\": 1", "/connections/0/overrides/timeout", ""},
            {"\"timeoutSeconds\": 1", "\"timeoutSeconds\": 0",
             "/connections/0/overrides/timeoutSeconds", ""},
            {"\"overrides\"", "\"write\": {\"routes\": [\"fax\"]}, \"overrides\"",
             "/connections/0/write/routes/0", "is no route; one of: "},
            {"\"overrides\"",
             R"("launch": {"clientId": "x", "frameAncestors": ["https://ehr.example/chart"]}, )"
             R"("overrides")",
             "/connections/0/launch/frameAncestors/0", "without a path"},
            {"\"overrides\"",
             R"("launch": {"clientId": "x", "issuers": ["https://u@ehr.example"]}, "overrides")",
             "/connections/0/launch/issuers/0", ""},
            {"\"listen\"", R"("session": {"idleMinutes": 61, "absoluteHours": 1}, "listen")",
             "/service/session", "longer than"},
            {"\"overrides\"", "\"certificateAuthorities\": \"none.pem\", \"overrides\"",
             "/connections/0/certificateAuthorities", "no such file"},
            {"\"overrides\"",
             R"("clientCertificate": {"certificate": "a.pem", "key": "a.key"}, "overrides")",
             "/connections/0/clientCertificate", "/nowhere/a.pem cannot be read"},
            {"\"units\": [",
             R"("units": [{"id": "ward-7", "name": "Other", "worklist":)"
             R"( {"source": "encounter-search", "location": "Location/x"}}, )",
             "/connections/0/units/1/id", "another unit"},
            {"\"units\": [",
             R"("units": [{"id": "ward-8", "name": "Other", "opens": ["department=150"],)"
             R"( "worklist": {"source": "encounter-search", "location": "Location/x"}}, )",
             "/connections/0/units/1/opens/1", "another unit"},
            {"\"department=150\"", "\"Patient/1\"", "/connections/0/units/0/opens/1", ""},
            {"\"department=150\"", "\"department=\"", "/connections/0/units/0/opens/1", ""},
            {"\"connections\": [",
             R"("connections": [{"id": "general", "vendor": "generic",)"
             R"( "fhirBase": "https://x.example", "auth":)"
             R"( {"method": "none"}, "units": []}, )",
             "/connections/1/id", "another connection"},
            {"\"teams\": [",
             R"("teams": [{"id": "ward-7", "name": "Other", "connection":)"
             R"( "general", "subject": "Group/1"}, )",
             "/teams/1/id", "another team"},
            {"\"connection\": \"general\"", "\"connection\": \"other\"", "/teams/0/connection",
             "no connection of this id"},
            {"Organization/ward-7-team", "Practitioner/1", "/teams/0/subject", ""},
            {"Organization/ward-7-team", "ward-7-team", "/teams/0/subject", ""},
        }));

    const auto found = faults(with(from, to));

    INFO(found);
    CHECK(std::count(found.begin(), found.end(), '\n') == 1);
    CHECK(found.starts_with(path + ": "));
    CHECK(found.find(text) != std::string::npos);
}

TEST_CASE("settings: without development a hospital's rules hold", "[settings]") {
    const auto strict = with("\"development\": true", "\"development\": false");
    const auto remote = [&](std::string text) {
        text.replace(text.find(kLoopback), kLoopback.size(), "http://ehr.example/fhir");
        text.replace(text.find("http://127.0.0.1:8080"), 21, "http://whatmatters.example");
        return faults(text);
    };

    CHECK(faults(strict).starts_with("/connections/0/auth/method: none is for development only"));
    const auto clear = remote(strict);
    INFO(clear);
    CHECK(clear.find("/connections/0/fhirBase: must begin with https://") != std::string::npos);
    CHECK(clear.find("/service/publicUrl: must begin with https://") != std::string::npos);
    CHECK(remote(test::siteText(kLoopback)) == "");
}

TEST_CASE("settings: a caller by CDS Hooks that cannot be right is named", "[settings]") {
    const auto [cds, path, text] = GENERATE(table<std::string, std::string, std::string>({
        {R"("origins": ["https://u@x"])", "origins/0", ""},
        {R"("issuers": [{"iss": "x"}])", "issuers/0", "either jku or jwks"},
        {R"("issuers": [{"iss": "x", "jku": "https://a", "jwks": "b"}])", "issuers/0", "either"},
        {R"("issuers": [{"iss": "x", "jku": "https://"}])", "issuers/0/jku", ""},
        {R"("issuers": [{"iss": "x", "jwks": "none.json"}])", "issuers/0/jwks", "cannot be read"},
        {R"("issuers": [{"iss": "x", "jwks": "/dev/null"}])", "issuers/0/jwks", ""},
        {R"("tokenUse": "always")", "tokenUse", ""},
        {R"("language": "English!")", "language", ""},
    }));

    const auto found = faults(with("\"overrides\"", "\"cds\": {" + cds + "}, \"overrides\""));

    INFO(found);
    CHECK(found.find("/connections/0/cds/" + path + ": ") != std::string::npos);
    CHECK(found.find(text) != std::string::npos);
}

TEST_CASE("settings: who may call by CDS Hooks is read as it is written", "[settings]") {
    const test::TemporaryFolder folder;
    const auto keys =
        fhir::smart::JwkSet(
            {{fhir::smart::Key::generate(fhir::smart::Algorithm::ES384), "a", std::nullopt}})
            .toJson();
    folder.write("keys.json", keys);
    const auto result = readSettings(with("\"overrides\"", R"("cds": {"issuers": [
            {"iss": "https://ehr.example", "jku": "https://ehr.example/jwks"},
            {"iss": "other", "jwks": "keys.json"}],
          "audiences": ["https://proxy.example/cds-services/what-matters"],
          "origins": ["https://EHR.example:443"], "tokenUse": "until-expiry",
          "language": "nb"}, "overrides")"),
                                     folder.path());

    REQUIRE(result.faults.empty());
    const auto& cds = result.settings.connections.front().cds;
    REQUIRE(cds.issuers.size() == 2);
    CHECK(cds.issuers[0].iss == "https://ehr.example");
    CHECK(cds.issuers[0].jku == "https://ehr.example/jwks");
    CHECK(cds.issuers[1].jwks == keys);
    CHECK(cds.audiences.size() == 1);
    CHECK(cds.origins == std::vector<std::string>{"https://ehr.example"});
    CHECK(cds.reusesTokens);
    CHECK(cds.language == "nb");
}

TEST_CASE("settings: a secret comes from the environment or a file, never from the text",
          "[settings]") {
    const test::TemporaryFolder folder;
    folder.write("password", "from the file\n");
    folder.write("empty", "\n");
    folder.write("large", std::string(70'000, 'x'));
    ::setenv("WHATMATTERS_TEST_SECRET", "from the environment", 1);
    const auto read = [&](const std::string& secret) {
        return readSettings(
            with(R"({"method": "none"})",
                 R"({"method": "basic", "username": "u", "password": ")" + secret + "\"}"),
            folder.path());
    };
    const auto value = [&](const std::string& secret) {
        const auto result = read(secret);
        REQUIRE(result.faults.empty());
        return std::string(result.settings.connections.front().auth.password.reveal());
    };

    CHECK(value("env:WHATMATTERS_TEST_SECRET") == "from the environment");
    CHECK(value("file:password") == "from the file");
    for (const char* bad : {"hunter2", "env:WHATMATTERS_NOT_SET", "file:nothing", "file:empty",
                            "file:large", "env:", "file:"}) {
        const auto result = read(bad);
        INFO(bad);
        REQUIRE(result.faults.size() == 1);
        CHECK(result.faults.front().path == "/connections/0/auth/password");
        CHECK(result.faults.front().text.find("hunter2") == std::string::npos);
    }
    ::unsetenv("WHATMATTERS_TEST_SECRET");
}

TEST_CASE("settings: many faults are named at once, a number out of all range among them",
          "[settings]") {
    const auto found = faults(R"({"development": "yes", "service": {"publicUrl": 7},
      "store": {"engine": "paper", "path": "x"}, "connections": [{"id": "a b", "vendor": "generic",
      "fhirBase": "https://x.example", "auth": {"method": "basic", "username": "u",
      "password": "file:)" + std::string(300'000, 'x') +
                              R"("}, "units": [],
      "syncSeconds": 99999999999999999999}], "teams": {}})");

    INFO(found.substr(0, 3000));
    for (const char* path :
         {"/development", "/service/publicUrl", "/store/engine", "/connections/0/id",
          "/connections/0/auth/password", "/connections/0/syncSeconds", "/teams"})
        CHECK(found.find(std::string(path) + ": ") != std::string::npos);
}

TEST_CASE("settings: a file is read within its limit", "[settings]") {
    const test::TemporaryFolder folder;
    const auto file = folder.write("site.json", test::siteText(kLoopback));
    const auto large = folder.write("large.json", "//" + std::string(1024 * 1024, 'x'));

    CHECK(plugin::loadSettings(file).connections.size() == 1);
    const auto tooLarge = test::thrown([&] { plugin::loadSettings(large); });
    CHECK(tooLarge.kind() == fhir::ErrorKind::InvalidInput);
    CHECK(std::string(tooLarge.what()).find("larger than") != std::string::npos);
    CHECK(test::thrown([&] { plugin::loadSettings(folder.path()); }).kind() ==
          fhir::ErrorKind::InvalidInput);
}

TEST_CASE("settings: notifications need one way to be known", "[settings]") {
    const std::string secret = "made up, at least 20 bytes";
    ::setenv("WHATMATTERS_TEST_HOOK", secret.c_str(), 1);
    ::setenv("WHATMATTERS_TEST_SHORT", "made up", 1);
    const auto faultsOf = [](const std::string& subscriptions) {
        return faults(test::siteText(kLoopback, R"(, "subscriptions": )" + subscriptions));
    };
    const std::string at = "/connections/0/subscriptions";

    CHECK(faultsOf(R"({"secret": "env:WHATMATTERS_TEST_HOOK"})") == "");
    CHECK(
        faultsOf(
            R"({"hmac": "env:WHATMATTERS_TEST_HOOK", "previous": "env:WHATMATTERS_TEST_HOOK"})") ==
        "");
    CHECK(faultsOf("{}").starts_with(at + ": needs either secret or hmac"));
    CHECK(
        faultsOf(R"({"secret": "env:WHATMATTERS_TEST_HOOK", "hmac": "env:WHATMATTERS_TEST_HOOK"})")
            .starts_with(at + ": needs either secret or hmac"));
    CHECK(faultsOf(R"({"secret": "env:WHATMATTERS_TEST_SHORT"})")
              .starts_with(at + "/secret: is shorter than 20 bytes"));
    CHECK(
        faultsOf(
            R"({"secret": "env:WHATMATTERS_TEST_HOOK", "previous": "env:WHATMATTERS_TEST_SHORT"})")
            .starts_with(at + "/previous: is shorter than 20 bytes"));
    CHECK(faultsOf(R"({"hmac": "inline"})").starts_with(at + "/hmac"));
    CHECK(faultsOf(R"({"secrets": "env:WHATMATTERS_TEST_HOOK"})").starts_with(at));

    const auto result = readSettings(
        test::siteText(kLoopback, R"(, "subscriptions": {"hmac": "env:WHATMATTERS_TEST_HOOK"})"),
        "/nowhere");
    REQUIRE(result.settings.connections.size() == 1);
    const auto& subscriptions = result.settings.connections.front().subscriptions;
    REQUIRE(subscriptions);
    CHECK(subscriptions->secrets.empty());
    REQUIRE(subscriptions->signatureKeys.size() == 1);
    CHECK(subscriptions->signatureKeys.front().reveal() == secret);
    for (const char* name : {"WHATMATTERS_TEST_HOOK", "WHATMATTERS_TEST_SHORT"}) ::unsetenv(name);
}

}  // namespace settings_test
