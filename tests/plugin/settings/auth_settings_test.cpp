#include "plugin/settings/auth_settings.h"

#include <stdlib.h>

#include <algorithm>

#include "plugin/keys/key_folder.h"
#include "plugin/settings/settings.h"
#include "tests/support/site_text.h"
#include "tests/support/temporary_folder.h"

namespace auth_settings_test {

using fhir::smart::Algorithm;
using fhir::smart::AuthMethod;
using fhir::smart::ScopeSyntax;

namespace {

const std::string kKey = fhir::smart::Key::generate(Algorithm::ES384).privatePem().reveal();

/// A site with this `auth`, read in a folder that holds a key, a secret and a file that is none.
struct World {
    test::TemporaryFolder folder;
    World() {
        folder.write("key.pem", kKey);
        folder.write("secret", "s3cret\n");
        folder.write("other", "no key");
    }

    plugin::SettingsResult read(const std::string& auth) const {
        auto text = test::siteText("http://127.0.0.1:1/fhir");
        const std::string none = R"({"method": "none"})";
        return plugin::readSettings(text.replace(text.find(none), none.size(), auth),
                                    folder.path());
    }
    plugin::AuthSettings auth(const std::string& text) const {
        auto result = read(text);
        for (const auto& fault : result.faults) FAIL(fault.path << ": " << fault.text);
        return result.settings.connections.front().auth;
    }
    /// "pointer: text" of every fault, a line each.
    std::string faults(const std::string& text) const {
        std::string all;
        for (const auto& fault : read(text).faults) all += fault.path + ": " + fault.text + "\n";
        return all;
    }
};

}  // namespace

TEST_CASE("auth settings: a key of the site's own", "[settings]") {
    const World world;
    const auto auth = world.auth(R"({"method": "private-key-jwt", "clientId": "us",
        "key": "file:key.pem", "algorithm": "ES384", "kid": "2026", "jku": true,
        "audience": "https://auth.example", "tokenUrl": "https://auth.example/token",
        "authorizeUrl": "https://auth.example/authorize", "scopes": "system/*.rs",
        "scopeSyntax": "v1", "clientIdInBody": true})");

    CHECK(auth.usesTokens());
    CHECK(auth.identity.method == AuthMethod::PrivateKeyJwt);
    CHECK(auth.identity.clientId == "us");
    CHECK(auth.identity.algorithm == Algorithm::ES384);
    CHECK(auth.identity.kid == "2026");
    CHECK(auth.identity.jku == "http://127.0.0.1:8080/.well-known/jwks.json");
    CHECK(auth.identity.audience == "https://auth.example");
    CHECK(auth.identity.clientIdInBody);
    CHECK(auth.tokenUrl->text() == "https://auth.example/token");
    CHECK(auth.authorizeUrl->text() == "https://auth.example/authorize");
    CHECK(auth.scopes->text(ScopeSyntax::V2) == "system/*.rs");
    CHECK(auth.scopeSyntax == ScopeSyntax::V1);
    CHECK(identityOf(auth, {}).key->thumbprint() == auth.identity.key->thumbprint());
}

TEST_CASE("auth settings: without a kid it is the key's thumbprint", "[settings]") {
    const World world;
    const auto auth =
        world.auth(R"({"method": "private-key-jwt", "clientId": "us", "key": "file:key.pem"})");

    CHECK(auth.identity.kid == auth.identity.key->thumbprint());
    CHECK(auth.identity.jku.empty());
    CHECK_FALSE(auth.tokenUrl);
    CHECK_FALSE(auth.scopes);
}

TEST_CASE("auth settings: scopes that a site writes go in the form in which it writes them",
          "[settings]") {
    const auto [members, syntax] = GENERATE(table<std::string, std::optional<ScopeSyntax>>({
        {R"("scopes": "system/Patient.rs")", ScopeSyntax::V2},
        {R"("scopes": "system/Patient.read system/Encounter.read")", ScopeSyntax::V1},
        {R"("scopes": "system/Patient.rs", "scopeSyntax": "v1")", ScopeSyntax::V1},
        {R"("scopes": "https://server.example/.default")", std::nullopt},
        {R"("scopes": "")", std::nullopt},
        {R"("jku": true)", std::nullopt},
    }));
    const World world;
    INFO(members);

    const auto auth =
        world.auth(R"({"method": "private-key-jwt", "clientId": "us", "key": "file:key.pem", )" +
                   members + "}");

    CHECK(auth.scopeSyntax == syntax);
}

TEST_CASE("auth settings: without a key it is the one of the key folder that signs now",
          "[settings]") {
    const World world;
    const std::string text =
        R"({"method": "private-key-jwt", "clientId": "us", "algorithm": "ES256"})";
    CHECK(world.faults(text).starts_with("/connections/0/auth: there is no key to sign with"));
    const plugin::KeyFolder keys(world.folder.file("keys"));
    const auto first = keys.make(Algorithm::ES256, {});
    const auto auth = world.auth(text);
    CHECK(identityOf(auth, {}).kid == first.kid);

    // A running service notices by itself.
    const auto second = keys.make(Algorithm::ES256, fhir::Instant(std::chrono::hours(1)));

    CHECK(identityOf(auth, fhir::Instant(std::chrono::hours(1))).kid == first.kid);
    CHECK(identityOf(auth, fhir::Instant(std::chrono::hours(2))).kid == second.kid);
}

TEST_CASE("auth settings: a secret, in the header or in the form", "[settings]") {
    const auto [method, expected] = GENERATE(table<std::string, AuthMethod>({
        {"client-secret-basic", AuthMethod::ClientSecretBasic},
        {"client-secret-post", AuthMethod::ClientSecretPost},
    }));
    const World world;
    const auto auth = world.auth(R"({"method": ")" + method +
                                 R"(", "clientId": "us", "clientSecret": "file:secret"})");

    CHECK(auth.identity.method == expected);
    CHECK(auth.identity.secret.reveal() == "s3cret");
}

TEST_CASE("auth settings: a launch shows what its connection does, unless it has its own",
          "[settings]") {
    const std::string secret =
        R"({"method": "client-secret-basic", "clientId": "us", "clientSecret": "file:secret"})";
    const auto [connection, launch, method] =
        GENERATE_COPY(table<std::string, std::string, AuthMethod>({
            {R"({"method": "none"})", "", AuthMethod::Public},
            {secret, "", AuthMethod::ClientSecretBasic},
            {secret,
             R"(, "auth": {"method": "private-key-jwt", "clientId": "app", "key": "file:key.pem"})",
             AuthMethod::PrivateKeyJwt},
        }));
    const World world;
    const auto result = world.read(connection + R"(, "launch": {"clientId": "app")" + launch + "}");
    for (const auto& fault : result.faults) FAIL(fault.path << ": " << fault.text);

    const auto identity = identityOf(result.settings.connections.front().launch->auth, {});

    CHECK(identity.method == method);
    CHECK(identity.clientId == "app");
}

TEST_CASE("auth settings: every fault has its place", "[settings]") {
    const std::string jwt = R"("method": "private-key-jwt", "clientId": "us", )";
    const std::string key = jwt + R"("key": "file:key.pem", )";
    const auto [members, path, text] = GENERATE_COPY(table<std::string, std::string, std::string>({
        {jwt + R"("key": "file:nothing")", "/key", "cannot be read"},
        {jwt + R"("key": "file:other")", "/key", "holds no private key"},
        {jwt + R"("key": "env:WHATMATTERS_NOT_SET")", "/key", "no variable"},
        {key + R"("algorithm": "RS384")", "/key", "does not fit the algorithm RS384"},
        {key + R"("tokenUrl": "http://auth.example/token")", "/tokenUrl", "https://"},
        {key + R"("tokenUrl": "https://user@auth.example/")", "/tokenUrl", "user name"},
        {key + R"("authorizeUrl": "http://auth.example/a")", "/authorizeUrl", "https://"},
        {key + R"("scopes": "system/Observation.sr")", "/scopes", "system/Observation.sr"},
    }));
    const World world;

    const auto found = world.faults("{" + members + "}");

    INFO(found);
    CHECK(std::count(found.begin(), found.end(), '\n') == 1);
    CHECK(found.starts_with("/connections/0/auth" + path + ": "));
    CHECK(found.find(text) != std::string::npos);
}

TEST_CASE("auth settings: what the schema refuses", "[settings]") {
    const auto members =
        GENERATE(as<std::string>(), R"("method": "private-key-jwt")",
                 R"("method": "client-secret-basic", "clientId": "us")",
                 R"("method": "client-secret-post", "clientId": "us", "clientSecret": "inline")",
                 R"("method": "private-key-jwt", "clientId": "us", "key": "-----BEGIN")",
                 R"("method": "private-key-jwt", "clientId": "us", "algorithm": "HS256")",
                 R"("method": "private-key-jwt", "clientId": "us", "algorithm": "none")",
                 R"("method": "private-key-jwt", "clientId": "us", "clientSecret": "env:X")",
                 R"("method": "private-key-jwt", "clientId": "us", "scopeSyntax": "v3")",
                 R"("method": "magic")");
    const World world;

    const auto found = world.faults("{" + members + "}");

    INFO(found);
    CHECK(found.starts_with("/connections/0/auth"));
    CHECK(found.find("-----BEGIN") == std::string::npos);
    CHECK(found.find("inline") == std::string::npos);
}

}  // namespace auth_settings_test
