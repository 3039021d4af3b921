#include "plugin/settings/auth_settings.h"

#include <iterator>
#include <sstream>

#include "fhir/base/error.h"
#include "plugin/keys/key_folder.h"
#include "plugin/settings/settings_reading.h"

namespace plugin {
namespace {

using fhir::json::Value;
using fhir::smart::AuthMethod;

void readKey(const Value& json, SettingsReading& reading, AuthSettings& auth) {
    auto& identity = auth.identity;
    if (const auto name = json.findString("algorithm"))
        identity.algorithm = fhir::smart::findAlgorithm(*name).value_or(identity.algorithm);
    identity.kid = json.findString("kid").value_or("");
    if (json.findBoolean("jku").value_or(false)) identity.jku = reading.keySetUrl;
    const auto key = json.find("key");
    if (!key) {
        auth.keysFolder = reading.keysFolder;
        reading.guarded(json, [&] { identityOf(auth, fhir::Instant::max()); });
        return;
    }
    reading.guarded(*key, [&] {
        const auto text = reading.secret(*key);
        if (text.empty()) return;  // noted where it was read
        identity.key = fhir::smart::Key::fromPrivateText(text);
        if (identity.key->type() != fhir::smart::keyTypeOf(identity.algorithm))
            reading.fault(*key, "the key does not fit the algorithm " +
                                    std::string(fhir::smart::toString(identity.algorithm)));
        if (identity.kid.empty()) identity.kid = identity.key->thumbprint();
    });
}

/// A token address, which only this machine may have in plain HTTP.
std::optional<fhir::Url> readUrl(const Value& json, const char* name, SettingsReading& reading) {
    const auto value = json.find(name);
    if (!value) return std::nullopt;
    std::optional<fhir::Url> url;
    reading.guarded(*value, [&] {
        url = fhir::Url::parse(value->text());
        if (url->scheme == "http" && !url->isLoopback())
            reading.fault(*value,
                          "must begin with https://; credentials may not travel in the clear");
    });
    return url;
}

/// What a site writes by hand is sent in the form in which it is written.
std::optional<fhir::smart::ScopeSyntax> writtenSyntax(const std::string& text,
                                                      const fhir::smart::Scopes& scopes) {
    if (scopes.resources.empty()) return std::nullopt;
    std::istringstream words(text);
    const std::vector<std::string> each{std::istream_iterator<std::string>(words), {}};
    return fhir::smart::chooseSyntax({}, each);
}

void readScopes(const Value& json, SettingsReading& reading, AuthSettings& auth) {
    if (const auto scopes = json.find("scopes"))
        reading.guarded(*scopes, [&] {
            auth.scopes = fhir::smart::Scopes::parseSetting(scopes->text());
            auth.scopeSyntax = writtenSyntax(scopes->string(), *auth.scopes);
        });
    if (const auto syntax = json.findString("scopeSyntax"))
        auth.scopeSyntax =
            *syntax == "v1" ? fhir::smart::ScopeSyntax::V1 : fhir::smart::ScopeSyntax::V2;
}

}  // namespace

fhir::smart::ClientIdentity identityOf(const AuthSettings& auth, fhir::Instant now) {
    auto identity = auth.identity;
    if (auth.keysFolder.empty()) return identity;
    auto stored = KeyFolder(auth.keysFolder).signing(identity.algorithm, now);
    if (!stored)
        throw fhir::Error(
            fhir::ErrorKind::InvalidInput,
            "there is no key to sign with; name one as key, or make one: whatmatters keys new "
            "--config FILE --algorithm " +
                std::string(fhir::smart::toString(identity.algorithm)));
    identity.key = std::move(stored->key);
    if (identity.kid.empty()) identity.kid = stored->kid;
    return identity;
}

AuthSettings readAuth(const Value& json, SettingsReading& reading) {
    AuthSettings auth;
    auth.method = json.at("method").string();
    if (auth.method == "basic") {
        auth.username = json.at("username").string();
        auth.password = reading.secret(json.at("password"));
    }
    if (!auth.usesTokens()) return auth;
    auto& identity = auth.identity;
    reading.guarded(json, [&] { identity.clientId = json.at("clientId").string(); });
    identity.clientIdInBody = json.findBoolean("clientIdInBody").value_or(false);
    identity.audience = json.findString("audience").value_or("");
    auth.tokenUrl = readUrl(json, "tokenUrl", reading);
    auth.authorizeUrl = readUrl(json, "authorizeUrl", reading);
    readScopes(json, reading, auth);
    if (auth.method == "private-key-jwt") {
        identity.method = AuthMethod::PrivateKeyJwt;
        readKey(json, reading, auth);
        return auth;
    }
    identity.method = auth.method == "client-secret-post" ? AuthMethod::ClientSecretPost
                                                          : AuthMethod::ClientSecretBasic;
    identity.secret = reading.secret(json.at("clientSecret"));
    return auth;
}

}  // namespace plugin
